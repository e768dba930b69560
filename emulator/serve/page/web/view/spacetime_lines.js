// The lines of the nodes in pieces of equal role and term.
import {termFill} from './colour.js'

/** @typedef {{node: number, from: number, to: number, kind: string, colour: string}} Piece */

/**
 * @param {import('../model/history.js').History} history
 * @param {number} from
 * @param {number} to
 * @param {number} nodes
 */
export function linesOf(history, from, to, nodes) {
  /** @type {Piece[]} */
  const pieces = []
  const open = /** @type {Piece[]} */ ([])
  const put = (/** @type {number} */ id, /** @type {number} */ seq, /** @type {string} */ kind, /** @type {number} */ term) => {
    const old = open[id]
    const colour = termFill(term)
    if (old && old.kind === kind && old.colour === colour) return
    if (old) old.to = seq
    open[id] = {node: id, from: seq, to, kind, colour}
    pieces.push(open[id])
  }
  for (const n of history.at(from).nodes.slice(0, nodes)) put(n.id, from, n.up ? n.role.toLowerCase() : 'down', n.term)
  for (let seq = from + 1; seq <= to; seq++) {
    const r = history.record(seq)
    if (!r) continue
    if (r.change && r.change.op === 'crash' && r.change.node !== undefined && open[r.change.node]) put(r.change.node, seq, 'down', 0)
    else if (r.node !== null && r.node < nodes && r.state && (open[r.node]?.kind !== 'down' || r.event === 'Restart')) put(r.node, seq, r.state.role.toLowerCase(), r.state.term)
  }
  return pieces
}
