import { useMutation, useQueryClient } from '@tanstack/react-query'
import { alertsQuery } from '../../queries.ts'

/** Changes something of alerts and asks for them again, whatever became of it. */
export function useAlertChange<Given, Got>(
  change: (given: Given) => Promise<Got>,
  onSuccess?: (got: Got) => void,
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: alertsQuery.queryKey }),
    ...(onSuccess ? { onSuccess } : {}),
  })
}
