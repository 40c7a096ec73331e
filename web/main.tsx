import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api.ts'
import { router } from './router.tsx'
import './theme.css'

/** Trying again helps only where the server did not answer or was busy. */
function retry(failures: number, error: Error): boolean {
  const passing = error instanceof ApiError && ['unreachable', 'busy'].includes(error.code)
  return passing && failures < 2
}

const client = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 30_000, refetchOnWindowFocus: true } },
})

const place = document.getElementById('root')
if (!place) throw new Error('the page has no #root')

createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
