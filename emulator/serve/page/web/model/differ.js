/**
 * What differs between two clusters, node by node.
 *
 * @module
 */

/** @typedef {import('./cluster.js').Cluster} Cluster */
/** @typedef {import('./types.js').Node} Node */

/**
 * A value of a node in both clusters.
 * @typedef {{name: string, left: string, right: string, differs: boolean}} Row
 */

/** @type {[string, (n: Node) => string][]} */
const values = [
  ['state', (n) => (!n.up ? 'down' : n.paused ? 'paused' : 'up')],
  ['role', (n) => (n.up ? n.role : '–')],
  ['term', (n) => String(n.term)],
  ['vote', (n) => (n.votedFor === null ? 'none' : `node ${n.votedFor}`)],
  ['committed', (n) => String(n.commit)],
  ['applied', (n) => String(n.applied)],
]

/**
 * The first index at which two logs differ; 0: they do not.
 * @param {import('./log.js').Log} a
 * @param {import('./log.js').Log} b
 */
export function firstDifference(a, b) {
  const shared = Math.min(a.last, b.last)
  for (let i = 1; i <= shared; i++) if (!sameEntry(a.at(i), b.at(i))) return i
  return a.last === b.last ? 0 : shared + 1
}

/**
 * @param {import('./types.js').Entry} a
 * @param {import('./types.js').Entry} b
 */
function sameEntry(a, b) { return a === b || (a.term === b.term && JSON.stringify(a) === JSON.stringify(b)) }

/**
 * A log in runs of terms, such as 1×3 2×4.
 * @param {import('./log.js').Log} log
 * @param {number} most runs, the newest
 */
export function logWords(log, most) {
  const runs = []
  let i = log.last
  while (i > 0 && runs.length <= most) {
    const term = log.term(i)
    const to = i
    while (i > 0 && log.term(i) === term) i--
    runs.unshift(`${term}×${to - i}`)
  }
  if (runs.length > most) runs[0] = '…'
  return runs.join(' ') || 'empty'
}

/**
 * The rows of a node that is in both clusters.
 * @param {Node} left
 * @param {Node} right
 * @returns {Row[]}
 */
export function compareNodes(left, right) {
  const rows = values.map(([name, of]) => {
    const a = of(left)
    const b = of(right)
    return {name, left: a, right: b, differs: a !== b}
  })
  const at = firstDifference(left.log, right.log)
  rows.push({name: 'log', left: logWords(left.log, 8), right: logWords(right.log, 8), differs: at > 0})
  if (at > 0) rows.push({name: `entry ${at}`, left: entryWords(left.log, at), right: entryWords(right.log, at), differs: true})
  return rows
}

/**
 * @param {import('./log.js').Log} log
 * @param {number} i
 */
function entryWords(log, i) {
  if (i > log.last) return 'none'
  const {term, ...command} = log.at(i)
  return `term ${term}: ` + Object.values(command).filter((v) => typeof v === 'string').join(' ')
}

/**
 * The newest record at or before a time.
 * @param {import('./history.js').History} history
 * @param {number} time
 */
export function seqAt(history, time) {
  let low = history.first
  let high = history.last
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((history.record(middle)?.time_ns ?? 0) <= time) low = middle
    else high = middle - 1
  }
  return low
}
