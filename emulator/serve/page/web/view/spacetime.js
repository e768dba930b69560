// The space-time diagram: each node is a line, and each message an arrow from where it was
// sent to where it arrived.
import {html, useMemo} from './html.js'
import {goToClick, momentOf, spanOf, ticksOf} from './span.js'
import {arrowsOf, drawArrows} from './spacetime_arrows.js'
import {bandsOf, electionsOf, termsOf} from './spacetime_bands.js'
import {linesOf} from './spacetime_lines.js'
import {pressed} from './press.js'
import {plain, recordWords} from './format.js'

const drawn = 101

/** @param {any} props */
export function SpaceTime({cluster, history, selection, select, size, options}) {
  const {axis} = options
  const nodes = Math.min(cluster.nodes.length, drawn)
  const top = 56
  const row = Math.max((Math.max(size.height, 120) - top - 30) / Math.max(nodes, 1), nodes > 13 ? 9 : 20)
  const span = spanOf(axis, Math.max(size.width, 240), Math.max(size.height, top + nodes * row + 30), nodes > 13 ? 40 : 52, top)
  const y = (/** @type {number} */ id) => top + 6 + (id + 0.5) * row
  const last = Math.min(axis.to, history.last)
  const arrows = useMemo(() => arrowsOf(history, axis.from, last, nodes), [history, axis.from, last, history.last, nodes])
  const lines = useMemo(() => linesOf(history, axis.from, last, nodes), [history, axis.from, last, nodes])
  const says = `Space-time diagram of events ${axis.from} to ${last}; the moment is event ${cluster.seq}`
  const c = {history, selection, select, options, span, y, row, nodes, now: cluster.seq, last}
  return html`<svg class="spacetime" width=${span.width} height=${span.height} viewBox=${`0 0 ${span.width} ${span.height}`} role="group" aria-label=${says}
      onClick=${(/** @type {MouseEvent} */ e) => pick(e, c, arrows.list)}>
    <title>${says}</title>
    <defs>
      <clipPath id="spacetime-clip"><rect x=${span.left} y="0" width=${Math.max(span.right - span.left, 1)} height=${span.height} /></clipPath>
      <pattern id="spacetime-crash" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="7" fill="var(--danger)" /></pattern>
      <pattern id="spacetime-pause" width="6" height="6" patternUnits="userSpaceOnUse"><rect x="1" width="1.6" height="6" fill="var(--warn)" /></pattern>
    </defs>
    ${ticksOf(axis, span)}
    ${termsOf(c)}
    <g clip-path="url(#spacetime-clip)">${bandsOf(c)}${drawLines(c, lines)}${drawArrows(c, arrows.list)}${electionsOf(c)}</g>
    ${labels(c)}
    ${last < axis.to && html`<text class="span-note" x=${span.x(last) + 6} y=${span.bottom - 4}>now</text>`}
    ${momentOf(span, cluster.seq)}
    ${arrows.left > 0 && html`<text class="span-note" x=${span.right} y=${span.top + 6} text-anchor="end">${arrows.left} messages are not drawn</text>`}
    ${eventMark(c)}
  </svg>`
}

/** @typedef {{history: import('../model/history.js').History, selection: import('../store.js').Selection, select: (what: any) => void, options: any, span: import('./span.js').Span, y: (id: number) => number, row: number, nodes: number, now: number, last: number}} Context */

/** @param {Context} c @param {import('./spacetime_lines.js').Piece[]} pieces */
function drawLines({span, y}, pieces) {
  return pieces.map((p) => html`<path class=${'spacetime-line ' + p.kind} stroke=${p.colour} d=${`M${span.x(p.from)} ${y(p.node)}H${span.x(p.to)}`} />`)
}

/** @param {Context} c */
function labels({selection, select, y, row, nodes}) {
  const list = []
  const step = row >= 12 ? 1 : 5
  for (let id = 0; id < nodes; id++) {
    const chosen = selection.node === id
    if (id % step && !chosen) continue
    list.push(html`<g key=${'n' + id} class=${'spacetime-node' + (chosen ? ' chosen' : '')} ...${pressed(() => select({node: id}), `Node ${id}`)}>
      <rect class="spacetime-back" x="6" y=${y(id) - Math.min(row, 18) / 2} width="34" height=${Math.min(row, 18)} rx="3" /><text x="23" y=${y(id)}>${id}</text></g>`)
  }
  return list
}

/**
 * The event of the moment as a ring on its node's line.
 * @param {Context} c
 */
function eventMark({history, span, y, nodes, now}) {
  const r = history.record(now)
  if (!r || r.node === null || r.node >= nodes) return null
  return html`<circle class="spacetime-event" cx=${span.x(now)} cy=${y(r.node)} r="5"><title>${`${r.seq} ${r.event}: ${plain(recordWords(r), 80)}`}</title></circle>`
}

/**
 * A click on an arrow selects its message, and one beside all of them goes to that event.
 * @param {MouseEvent} e
 * @param {Context} c
 * @param {import('./spacetime_arrows.js').Arrow[]} arrows
 */
function pick(e, c, arrows) {
  const box = /** @type {Element} */ (e.currentTarget).getBoundingClientRect()
  const px = e.clientX - box.left
  const py = e.clientY - box.top
  let best = null
  let least = 5
  for (const a of arrows) {
    const x1 = c.span.x(a.sent)
    const y1 = c.y(a.from)
    const dx = c.span.x(a.end) - x1
    const dy = c.y(a.to) - y1
    const t = Math.min(Math.max(((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1), 0), 1)
    const far = Math.hypot(x1 + dx * t - px, y1 + dy * t - py)
    if (far < least) {
      least = far
      best = a
    }
  }
  if (best && px > c.span.left) c.select({message: best.id})
  else goToClick(e, c.span, c.options)
}
