-- Monthly revenue, in order of time: the same as the metric `revenue` by month, empty months left out.
-- Runs unchanged on the views of schema "reporting" (or set the search path to it and leave the schema out).
-- Month is a name, so the first day of each month's sales gives the order.
SELECT d.Year, d.Month, SUM(s.TotalPrice) AS MonthlyRevenue
FROM reporting.SalesFact s
JOIN reporting.Dates d ON s.OrderDate = d.Date
GROUP BY d.Year, d.Month
ORDER BY d.Year, MIN(d.Date);
