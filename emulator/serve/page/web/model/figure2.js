/**
 * What a follower does with the entries of an AppendEntries (Figure 2, AppendEntries RPC;
 * §5.3), also with a planted bug.
 *
 * @module
 */

/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Node} Node */

/**
 * A change of a log: it is kept up to an index, and the entries of the message from place
 * from on follow.
 * @typedef {{kept: number, from: number}} Put
 */

/**
 * What an AppendEntries request does to a node's log if it arrives now; null when the log
 * stays as it is.
 * @param {Node} node
 * @param {Message} message
 * @returns {Put|null}
 */
export function effectOn(node, message) {
  if (!node.up || message.type !== 'AppendEntriesRequest' || refuses(node, message)) return null
  const {prev_log_index: prev = 0, prev_log_term: prevTerm = 0, entries = []} = message
  const agrees = node.log.term(prev) === prevTerm
  switch (node.bug) {
    case 'prev_index_only':
      if (prev > node.log.last) return null
      break
    case 'heartbeat_without_check':
      if (entries.length > 0 && !agrees) return null
      break
    default:
      if (!agrees) return null
  }
  return place(node, prev, entries)
}

/**
 * Whether the node refuses the sender of the message as its leader.
 * @param {Node} node
 * @param {Message} message
 */
function refuses(node, message) {
  if (message.term > node.term) return node.bug === 'no_step_down' && node.role === 'Leader'
  if (node.role === 'Leader') return true
  if (node.bug === 'candidate_ignores_leader' && node.role === 'Candidate') return true
  return message.term < node.term && node.bug !== 'accepts_old_leader'
}

/**
 * Where the node puts the entries that follow index prev.
 * @param {Node} node
 * @param {number} prev
 * @param {import('./types.js').Entry[]} entries
 * @returns {Put|null}
 */
function place(node, prev, entries) {
  const {log, bug} = node
  let from = 0
  switch (bug) {
    case 'append_without_comparing':
      return entries.length > 0 ? {kept: log.last, from: 0} : null
    case 'heartbeat_wipes_log':
      if (entries.length === 0) return prev < log.last ? {kept: prev, from: 0} : null
      break
    case 'truncate_always':
      return entries.length > 0 ? {kept: prev, from: 0} : null
    case 'keeps_conflicting_entries':
      from = Math.min(log.last - prev, entries.length)
  }
  if (bug !== 'keeps_conflicting_entries') {
    while (from < entries.length && log.term(prev + 1 + from) === entries[from].term) from++
  }
  const kept = prev + from
  if (from === entries.length || kept < Math.min(node.commit, log.last)) return null
  return {kept, from}
}

/**
 * What an AppendEntries request has done to a node's log, when the record does not say it
 * but only the state afterwards. exact is false if only a bug explains the state.
 * @param {Node} node before
 * @param {Message} message
 * @param {import('./types.js').State} state afterwards
 * @returns {{log: import('./log.js').Log, exact: boolean}}
 */
export function deduced(node, message, state) {
  const {entries = []} = message
  const fits = (/** @type {import('./log.js').Log} */ log) => log.last === state.last_index && log.lastTerm === state.last_term
  const put = effectOn(node, message)
  const log = put ? node.log.replace(put.kept, entries, put.from) : node.log
  if (fits(log)) return {log, exact: true}
  for (let kept = Math.min(node.log.last, state.last_index); kept >= state.last_index - entries.length && kept >= 0; kept--) {
    const other = node.log.replace(kept, entries, entries.length - (state.last_index - kept))
    if (fits(other)) return {log: other, exact: false}
  }
  return {log, exact: false}
}
