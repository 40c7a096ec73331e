import { connect, createServer, type Socket } from 'node:net'

/** Stands between a client and a server, and cuts the line when it hears what it waits for. */
export interface TcpProxy {
  readonly port: number
  /** Cuts the connection on which a COMMIT goes out next: before the server hears of it, or once it has answered. */
  cutAtCommit(when: 'before' | 'after'): void
  close(): Promise<void>
}

export async function startProxy(target: number): Promise<TcpProxy> {
  let cut: 'before' | 'after' | null = null
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    let committing = false
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
    }
    client.on('data', (bytes) => {
      if (cut !== null && bytes.includes('COMMIT')) {
        committing = true
        if (cut === 'before') {
          cut = null
          end()
          return
        }
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      // The server answers a COMMIT that took effect; nobody hears of it.
      if (committing && cut === 'after') {
        cut = null
        end()
        return
      }
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAtCommit: (when) => {
      cut = when
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
