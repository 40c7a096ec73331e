import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

/**
 * Loaded before Takings: writes every connection, name lookup and datagram of this process, and of every
 * Node process that it starts, to the file that RECORD_CONNECTIONS names.
 */

const path = process.env.RECORD_CONNECTIONS
const record = (kind, target) => appendFileSync(path, `${kind} ${target}\n`)

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...words) {
  const [first] = Array.isArray(words[0]) ? words[0] : words
  const options =
    typeof first === 'object' && first !== null ? first : { port: first, host: words[1] }
  record('connect', options.path ?? `${options.host ?? 'localhost'}:${options.port}`)
  return connect.apply(this, words)
}

for (const [name, original] of Object.entries(dns)) {
  if (typeof original !== 'function' || !/^(lookup|resolve|reverse)/.test(name)) continue
  dns[name] = (host, ...rest) => {
    record('lookup', host)
    return original.call(dns, host, ...rest)
  }
}
for (const [name, original] of Object.entries(dns.promises)) {
  if (typeof original !== 'function' || !/^(lookup|resolve|reverse)/.test(name)) continue
  dns.promises[name] = (host, ...rest) => {
    record('lookup', host)
    return original.call(dns.promises, host, ...rest)
  }
}

const send = dgram.Socket.prototype.send
dgram.Socket.prototype.send = function (...words) {
  record('datagram', String(words.at(-2)))
  return send.apply(this, words)
}

syncBuiltinESMExports()
record('process', 'started')
