// The nodes in a ring and the messages between them.
import {html, useRef} from './html.js'
import {drawn, placesOf} from './ring_place.js'
import {nodesOf} from './ring_nodes.js'
import {lostOf, messagesOf, shownFlights} from './ring_messages.js'
import {aloneOf, groupsOf, linksOf} from './ring_links.js'
import {useDrag} from './ring_drag.js'
import {tableOf} from './ring_table.js'
import {count, grouped} from './format.js'

/** @typedef {import('./ring_nodes.js').Drawing} Drawing */

/** @param {any} props */
export function Ring({cluster, history, changed, selection, select, size, options}) {
  const n = cluster.nodes.length
  const many = n > drawn
  const foot = size.height >= 250 && size.width >= 330 ? 26 : 4
  const home = placesOf(n, size, foot)
  const hand = useDrag(home, cluster, options.act, selection.node)
  const rows = useRef(new Map())
  const flights = cluster.messages.all()
  const {shown, left} = shownFlights(flights, home.at.length, home.dense)
  /** @type {Drawing} */
  const d = {cluster, history, changed, selection, select, places: hand.places, flights, now: options.now, alone: aloneOf(cluster), grab: hand.grab, key: hand.key}
  const links = linksOf(d)
  const table = many ? tableOf(d, home.height, rows.current) : {rows: null, height: 0}
  const height = home.height + table.height
  return html`<svg class="ring" width=${home.width} height=${height} viewBox=${`0 0 ${home.width} ${height}`} role="group" aria-label=${label(cluster, flights.length)}
      onPointerMove=${hand.move} onPointerUp=${hand.drop} onPointerCancel=${hand.cancel}>
    <title>${label(cluster, flights.length)}</title>
    <g>${links.parts}</g>
    <g>${nodesOf(d)}</g>
    <g>${lostOf(d)}${messagesOf(d, shown)}</g>
    ${hand.drag && dragged(hand)}
    ${notes(d, home, hand.words, many ? n - drawn : 0, left, links.left, foot > 10)}
    ${table.rows}
  </svg>`
}

/** @param {import('../model/cluster.js').Cluster} cluster @param {number} messages */
function label(cluster, messages) {
  return `${count(cluster.nodes.length, 'node')}, ` + (cluster.leader === null ? 'no leader' : `node ${cluster.leader} leads`) + `, ${count(messages, 'message')} on the way`
}

/** @param {any} hand */
function dragged({drag, places, over}) {
  const from = places.at[drag.id]
  const to = over === null ? drag : places.at[over]
  return html`<g class="ring-drag"><path d=${`M${from.x} ${from.y}L${to.x} ${to.y}`} /><circle cx=${to.x} cy=${to.y} r=${places.r + 4} /></g>`
}

/**
 * Lines of text in the corners: what a drag does, the groups of a partition, what is not
 * drawn, and what the signs mean.
 * @param {Drawing} d
 * @param {{width: number, height: number, dense: boolean}} home
 * @param {string} words
 * @param {number} nodesLeft
 * @param {number} left
 * @param {number} cutsLeft
 * @param {boolean} legend
 */
function notes(d, home, words, nodesLeft, left, cutsLeft, legend) {
  const missing = []
  if (nodesLeft) missing.push(`${grouped(nodesLeft)} nodes (see the table)`)
  if (left) missing.push(count(left, 'message'))
  if (cutsLeft) missing.push(count(cutsLeft, 'cut link'))
  const groups = groupsOf(d.cluster)
  const divided = groups ? groups.map((g) => (g.length > 8 ? `${g.slice(0, 6).join(' ')} … (${g.length})` : g.join(' '))).join('  |  ') : ''
  const top = words || (missing.length ? `not drawn: ${missing.join(', ')}` : '')
  const x = Math.max(home.width / 2 - 160, 12)
  const y = home.height - 8
  return html`<g class="ring-foot">
    ${top && html`<text class=${words ? 'ring-hint' : 'ring-note'} x="12" y="14">${top}</text>`}
    ${divided && html`<text class="ring-groups" x=${home.width - 12} y="14" text-anchor="end">${divided}</text>`}
    ${legend && html`<g class="ring-legend" aria-hidden="true">
      <path d=${`M${x} ${y - 9}l5 5l-5 5l-5 -5Z`} /><text x=${x + 9} y=${y}>vote</text>
      <circle cx=${x + 46} cy=${y - 4} r="4.5" /><text x=${x + 55} y=${y}>append</text>
      <path class="open" d=${`M${x + 101} ${y - 4}h8m-4 -4v8`} /><text x=${x + 113} y=${y}>yes</text>
      <path class="open" d=${`M${x + 141} ${y - 4}h8`} /><text x=${x + 153} y=${y}>no</text>
      <rect class="open" x=${x + 176} y=${y - 9} width="9" height="9" rx="1.5" /><text x=${x + 190} y=${y}>held</text>
      <path class="open lost" d=${`M${x + 221} ${y - 8}l8 8m0 -8l-8 8`} /><text x=${x + 233} y=${y}>lost</text>
      <path class="open" d=${`M${x + 264} ${y - 4}a5 5 0 1 1 5 5`} /><text x=${x + 278} y=${y}>timer</text>
    </g>`}
  </g>`
}
