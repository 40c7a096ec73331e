import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Filter, Query } from '../src/model/query.ts'
import type { RestatementFilter } from '../src/model/restatement.ts'
import {
  type RejectedRowsRequest,
  readAlerts,
  readCatalogue,
  readImport,
  readIncidents,
  readRejectedRows,
  readRejectGroups,
  readRemembered,
  readRestatements,
  readRoles,
  readRun,
  readRuns,
  readSettings,
  readShop,
  runQuery,
} from './api.ts'

/** What the pages keep of the server's answers, and under which key. */

export const shopQuery = queryOptions({
  queryKey: ['shop'],
  queryFn: ({ signal }) => readShop(signal),
})

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => readSettings(signal),
})

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: ({ signal }) => readCatalogue(signal),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The old picture stays while the new one loads. */
export function figuresQuery(query: Query) {
  return queryOptions({
    queryKey: ['figures', query],
    queryFn: ({ signal }) => runQuery(query, signal),
    placeholderData: keepPreviousData,
  })
}

/** Rows that name the members a filter gives by id. */
export function memberNamesQuery(filter: Filter) {
  const query: Query = {
    metrics: ['units'],
    by: [filter.dimension],
    where: [{ ...filter, op: 'in' }],
    includeUnknown: true,
  }
  return queryOptions({
    queryKey: ['member-names', query],
    queryFn: ({ signal }) => runQuery(query, signal),
  })
}

export const runsQuery = queryOptions({
  queryKey: ['runs'],
  queryFn: ({ signal }) => readRuns(signal),
})

export function restatementsQuery(filter: RestatementFilter) {
  return queryOptions({
    queryKey: ['restatements', filter],
    queryFn: ({ signal }) => readRestatements(filter, signal),
    placeholderData: keepPreviousData,
  })
}

export function runQueryOptions(runId: number) {
  return queryOptions({
    queryKey: ['run', runId],
    queryFn: ({ signal }) => readRun(runId, signal),
  })
}

export const rejectGroupsQuery = queryOptions({
  queryKey: ['rejects'],
  queryFn: ({ signal }) => readRejectGroups(signal),
})

export function rejectedRowsQuery(request: RejectedRowsRequest) {
  return queryOptions({
    queryKey: ['rejects', request],
    queryFn: ({ signal }) => readRejectedRows(request, signal),
    placeholderData: keepPreviousData,
  })
}

export const rememberedQuery = queryOptions({
  queryKey: ['remembered'],
  queryFn: ({ signal }) => readRemembered(signal),
})

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) => readAlerts(signal),
})

export const incidentsQuery = queryOptions({
  queryKey: ['alerts', 'history'],
  queryFn: ({ signal }) => readIncidents(signal),
})

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => readRoles(signal),
  staleTime: Number.POSITIVE_INFINITY,
})

const pollEvery = 250

/** Asks again four times a second while the import works. */
export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => readImport(id, signal),
    refetchInterval: (query) => (query.state.data?.state === 'working' ? pollEvery : false),
  })
}
