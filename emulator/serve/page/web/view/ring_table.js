// All nodes of a cluster that is too large for the ring, as a table below it.
import {html} from './html.js'
import {termFill} from './colour.js'
import {pressed} from './press.js'
import {nodeWords} from './ring_nodes.js'

/** @typedef {import('./ring_nodes.js').Drawing} Drawing */

const high = 18

/**
 * @param {Drawing} d
 * @param {number} top
 * @param {Map<number, {node: any, chosen: boolean, row: any}>} kept the rows of the last time
 */
export function tableOf(d, top, kept) {
  const columns = Math.max(Math.floor((d.places.width - 24) / 170), 1)
  const wide = (d.places.width - 24) / columns
  const perColumn = Math.ceil(d.cluster.nodes.length / columns)
  const rows = d.cluster.nodes.map((node, i) => {
    const chosen = d.selection.node === node.id
    const old = kept.get(node.id)
    if (old && old.node === node && old.chosen === chosen) return old.row
    const x = 12 + Math.floor(i / perColumn) * wide
    const y = top + 12 + (i % perColumn) * high
    const row = html`<g key=${'row' + node.id} class=${'ring-row' + (chosen ? ' chosen' : '')} ...${pressed(() => d.select({node: node.id}), nodeWords(d, node))}>
      <rect class="ring-row-back" x=${x - 4} y=${y - 12} width=${wide - 4} height=${high - 1} />
      <rect x=${x} y=${y - 8} width="9" height="9" rx="4.5" fill=${node.up ? termFill(node.term) : 'none'} stroke="var(--muted)" />
      <text x=${x + 14} y=${y}>${`${node.id} ${node.up ? node.role.toLowerCase() : 'crashed'} ${node.term}, commit ${node.commit}` + (node.paused ? ', paused' : '')}</text></g>`
    kept.set(node.id, {node, chosen, row})
    return row
  })
  return {rows: html`<g>${rows}</g>`, height: perColumn * high + 16}
}
