import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What came to a receiver. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface WebhookReceiver {
  readonly address: string
  readonly received: Received[]
  /** What it answers from now on. */
  answers(status: number, headers?: Record<string, string>): void
  close(): Promise<void>
}

/** A shop's own program that is told of alerts. */
export async function openReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  let answer: readonly [number, Record<string, string>] = [204, {}]
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
    response.writeHead(...answer).end('what a receiver says is nobody’s business')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/secret-path?key=hidden`,
    received,
    answers(status, headers = {}) {
      answer = [status, headers]
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
