// How values are written for people.

const controls = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * A client's text as one short line: control characters and marks that turn the direction
 * of text are shown as their code, and what is too long is cut.
 * @param {unknown} text
 * @param {number} [most] characters
 */
export function plain(text, most = 60) {
  let s = String(text ?? '')
  const long = s.length > most
  if (long) s = s.slice(0, /[\ud800-\udbff]/.test(s[most - 1]) ? most - 1 : most)
  s = s.replace(controls, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'))
  return long ? s + '… (' + count(String(text).length, 'character') + ')' : s
}

/**
 * A count with its noun.
 * @param {number} n
 * @param {string} noun
 * @param {string} [several]
 */
export function count(n, noun, several = noun + 's') {
  return grouped(n) + ' ' + (n === 1 ? noun : several)
}

/** @param {number} n */
export function grouped(n) { return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',') }

/**
 * A time of the cluster, such as 3.017447 s.
 * @param {number} ns
 * @param {number} [digits] behind the point
 */
export function seconds(ns, digits = 3) { return (ns / 1e9).toFixed(digits) + ' s' }

/**
 * A duration, in the unit that reads best.
 * @param {number} ns
 */
export function duration(ns) {
  const size = Math.abs(ns)
  if (size < 1e6) return (ns / 1e3).toFixed(0) + ' µs'
  if (size < 1e9) return (ns / 1e6).toFixed(size < 1e7 ? 1 : 0) + ' ms'
  return (ns / 1e9).toFixed(size < 1e10 ? 2 : 1) + ' s'
}

/**
 * What an operation asks, such as put_message dog: hello.
 * @param {{op: string|null, [argument: string]: unknown}|null|undefined} command
 * @param {number} [most]
 */
export function operation(command, most = 60) {
  if (!command || !command.op) return 'no operation'
  const args = ['topic', 'message'].filter((k) => command[k] !== undefined).map((k) => plain(command[k], most))
  return args.length ? command.op + ' ' + args.join(': ') : command.op
}

const verbs = /** @type {Record<string, string>} */ ({
  RequestVoteRequest: 'asks for a vote', RequestVoteResponse: 'vote',
  AppendEntriesRequest: 'append', AppendEntriesResponse: 'answer',
})

/**
 * A message in a few words.
 * @param {import('../model/types.js').Message} m
 */
export function messageWords(m) {
  switch (m.type) {
    case 'RequestVoteResponse': return m.vote_granted ? 'vote granted' : 'vote refused'
    case 'AppendEntriesResponse': return m.success ? 'success, has up to ' + m.match_index : 'refused'
    case 'AppendEntriesRequest': return m.entries && m.entries.length
      ? count(m.entries.length, 'entry', 'entries') + ' after ' + m.prev_log_index
      : 'heartbeat'
  }
  return verbs[m.type] || m.type
}

const changes = /** @type {Record<string, (c: any) => string>} */ ({
  crash: (c) => `crash node ${c.node}` + (c.wipe ? ', wipe its disk' : ''),
  restart: (c) => `restart node ${c.node}`,
  pause: (c) => `pause node ${c.node}`,
  resume: (c) => `resume node ${c.node}`,
  timeout: (c) => `time out node ${c.node}`,
  partition: (c) => (c.links && c.links.length ? `cut ${count(c.links.length, 'link')}` : 'remove all cuts'),
  isolate: (c) => `isolate node ${c.node}`,
  heal_node: (c) => `heal node ${c.node}`,
  heal: () => 'heal everything',
  set_fault: (c) => `set fault ${plain(c.fault && c.fault.name, 30)}`,
  delete_fault: (c) => `delete fault ${plain(c.name, 30)}`,
  skew: (c) => `skew node ${c.node} by ${c.skew}`,
  plant: (c) => (c.bug ? `plant ${c.bug} in node ${c.node}` : `remove the bug of node ${c.node}`),
})

/**
 * A change in a few words.
 * @param {import('../model/types.js').Change} change
 */
export function changeWords(change) {
  const words = changes[change.op]
  return words ? words(change) : change.op
}

/**
 * A record in a few words, without its event and node.
 * @param {import('../model/types.js').TraceRecord} r
 */
export function recordWords(r) {
  if (r.change) return changeWords(r.change)
  if (r.message) {
    const m = r.message
    const way = `${m.from} → ${m.to}`
    return `${way}: ${messageWords(m)}` + (r.fault ? ` (${plain(r.fault, 20)})` : r.reason ? ` (${r.reason})` : '')
  }
  if (r.request) return operation(/** @type {any} */ (r.request.command), 30)
  if (r.response) return r.response.ok ? 'ok' : plain(r.response.error || 'refused', 30)
  if (r.timer) return `${r.timer.kind} timer at ${seconds(r.timer.at_ns)}`
  if (r.index) return `index ${r.index}`
  if (r.state) return `term ${r.state.term}`
  return ''
}
