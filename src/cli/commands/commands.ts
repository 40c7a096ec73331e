import { prepareStaging } from '../../staging/staging.ts'
import type { Command } from '../command.ts'

/** A command as the help lists it; what it needs is loaded only when it is the one that was typed. */
export interface CommandEntry {
  readonly name: string
  /** One line. */
  readonly summary: string
  load(): Promise<Command>
}

/** All commands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    summary:
      'show the dashboard; files given are imported first, without data it shows a demo shop',
    load: async () => (await import('./start.ts')).startCommand,
  },
  {
    name: 'import',
    summary: 'load files into the shop: files, folders, patterns, or - for standard input',
    load: async () => {
      // What reads the files starts while the command itself is loaded.
      prepareStaging()
      return (await import('./import.ts')).importCommand
    },
  },
  {
    name: 'watch',
    summary: 'import whatever is put into a folder, as it comes or once a day',
    load: async () => (await import('./watch.ts')).watchCommand,
  },
  {
    name: 'send',
    summary: 'send what files hold to a running server as live records, at any rate',
    load: async () => (await import('./send.ts')).sendCommand,
  },
  {
    name: 'overview',
    summary: 'the shop at a glance: figures with change, top products, top customers',
    load: async () => (await import('./overview.ts')).overviewCommand,
  },
  {
    name: 'query',
    summary: 'ask for metrics: over time, by product, customer, region, ...',
    load: async () => (await import('./query.ts')).queryCommand,
  },
  {
    name: 'export',
    summary: 'write the tables for BI tools as Parquet or CSV files, all of one moment',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'runs',
    summary: 'list imports, newest first, or show the report of one',
    load: async () => (await import('./runs.ts')).runsCommand,
  },
  {
    name: 'rejects',
    summary: 'rows that were not loaded: list by reason, show them, export them to be fixed',
    load: async () => (await import('./rejects.ts')).rejectsCommand,
  },
  {
    name: 'answers',
    summary: 'what was answered and corrected of files and holds for later ones; forget it',
    load: async () => (await import('./answers.ts')).answersCommand,
  },
  {
    name: 'settings',
    summary: 'show or state what no file states: the currency and the name of the shop',
    load: async () => (await import('./settings.ts')).settingsCommand,
  },
  {
    name: 'alerts',
    summary:
      'what is told without being asked: list, check, snooze, test; exit code 6 when one is open',
    load: async () => (await import('./alerts.ts')).alertsCommand,
  },
  {
    name: 'demo',
    summary: 'make the demo shop, as a warehouse of its own or as files',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    name: 'partitions',
    summary: 'months of order lines in a database: list, set aside, put back, drop',
    load: async () => (await import('./partitions.ts')).partitionsCommand,
  },
  {
    name: 'doctor',
    summary: 'check every rule of the star against the data; exit code 6 when one is broken',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'migrate',
    summary: 'bring the warehouse up to date, or print the SQL that makes it',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
]
