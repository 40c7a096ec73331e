-- Top-selling products: pieces sold per product name, most first.
-- Runs unchanged on the views of schema "reporting" (or set the search path to it and leave the schema out).
-- Products that share a name are one row here; the metric `units` by product keeps them apart.
SELECT p.ProductName, SUM(s.Quantity) AS TotalSold
FROM reporting.SalesFact s
JOIN reporting.Products p ON s.ProductID = p.ProductID
GROUP BY p.ProductName
ORDER BY TotalSold DESC NULLS LAST, p.ProductName;
