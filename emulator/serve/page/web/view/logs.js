// The logs of all nodes, one below the other, as a grid by index.
import {html, useEffect, useRef, useState} from './html.js'
import {doomed} from '../model/doom.js'
import {gridOf} from './logs_grid.js'
import {rowOf} from './logs_row.js'
import {barOf} from './logs_bar.js'
import {count} from './format.js'

const drawn = 101

/** @param {any} props */
export function Logs({cluster, previous, changed, selection, select, size}) {
  const [scrolled, setScrolled] = useState(/** @type {number|null} */ (null))
  const kept = useRef(new Map())
  const nodes = cluster.nodes.slice(0, drawn)
  const longest = nodes.reduce((/** @type {number} */ most, /** @type {any} */ n) => Math.max(most, n.log.last, previous && previous.nodes[n.id] ? previous.nodes[n.id].log.last : 0), 0)
  const grid = gridOf(size, nodes.length, longest, scrolled, selection.index)
  useEffect(() => setScrolled(null), [selection.index, selection.node])
  const leader = leaderOf(cluster, selection.node)
  const dooms = doomed(cluster)
  const press = (/** @type {KeyboardEvent} */ e) => moveIn(e, cluster, selection, select, grid)
  const wheel = (/** @type {WheelEvent} */ e) => {
    if (!grid.moves || !(e.deltaX || e.shiftKey)) return
    e.preventDefault()
    setScrolled(grid.first + Math.sign(e.deltaX || e.deltaY) * Math.max(Math.round(grid.columns / 10), 1))
  }
  const context = {cluster, previous, changed, selection, select, grid, leader, dooms}
  const says = `Logs of ${count(nodes.length, 'node')}, up to index ${longest}; arrows move between entries`
  return html`<svg class="logs" width=${grid.width} height=${grid.height} viewBox=${`0 0 ${grid.width} ${grid.height}`} role="group" aria-label=${says} onKeyDown=${press} onWheel=${wheel}>
    <title>${says}</title>
    <defs><pattern id="logs-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--paper)" fill-opacity="0.2" /><rect width="1.7" height="6" fill="var(--danger)" fill-opacity="0.8" /></pattern></defs>
    ${barOf(context, longest, setScrolled)}
    ${heads(grid, selection.index)}
    ${nodes.map((/** @type {any} */ n, /** @type {number} */ row) => rowOf(context, n, row, kept.current))}
    ${legend(grid, cluster.nodes.length - nodes.length, leader)}
  </svg>`
}

/**
 * The leader whose view of the followers is drawn: the selected one, or that of the highest
 * term.
 * @param {any} cluster
 * @param {number|null} chosen
 */
function leaderOf(cluster, chosen) {
  const node = chosen === null ? null : cluster.nodes[chosen]
  const id = node && node.up && node.role === 'Leader' ? chosen : cluster.leader
  return id === null ? null : cluster.nodes[id]
}

/**
 * The indices above the grid.
 * @param {import('./logs_grid.js').Grid} grid
 * @param {number|null} chosen
 */
function heads(grid, chosen) {
  const step = grid.cell >= 26 ? 1 : grid.cell >= 13 ? 5 : 10
  const marks = []
  for (let i = grid.first; i <= grid.last; i++) {
    if (i % step && i !== grid.first && i !== chosen) continue
    marks.push(html`<text key=${i} class=${'logs-index' + (i === chosen ? ' chosen' : '')} x=${grid.x(i) + grid.cell / 2} y=${grid.top - 6}>${i}</text>`)
  }
  return html`<g>${chosen !== null && chosen >= grid.first && chosen <= grid.last && html`<rect class="logs-column" x=${grid.x(chosen) - 1} y=${grid.top - 2} width=${grid.cell + 1} height=${grid.rows * grid.row + 2} />`}${marks}</g>`
}

/**
 * @param {import('./logs_grid.js').Grid} grid
 * @param {number} left nodes that are not drawn
 * @param {any} leader
 */
function legend(grid, left, leader) {
  const y = grid.height - 8
  if (grid.width < 520) return left > 0 && html`<text class="logs-note" x="12" y=${y}>${left} nodes are not drawn</text>`
  const x = grid.left
  return html`<g class="logs-legend" aria-hidden="true">
    <rect class="logs-cell committed" x=${x} y=${y - 10} width="12" height="11" fill="var(--line)" /><text x=${x + 17} y=${y}>committed</text>
    <rect class="logs-cell" x=${x + 82} y=${y - 10} width="12" height="11" fill="none" /><text x=${x + 99} y=${y}>not yet</text>
    <rect class="logs-applied" x=${x + 148} y=${y - 1} width="12" height="2.5" /><text x=${x + 165} y=${y}>applied</text>
    <rect x=${x + 212} y=${y - 10} width="12" height="11" fill="url(#logs-hatch)" stroke="var(--danger)" /><text x=${x + 229} y=${y}>will be removed</text>
    ${leader && html`<circle class="logs-match" cx=${x + 326} cy=${y - 4} r="3" /><text x=${x + 334} y=${y}>match</text><path class="logs-next" d=${`M${x + 378} ${y - 8}l4 7h-8Z`} /><text x=${x + 386} y=${y}>${grid.width > x + 500 ? `next, of leader ${leader.id}` : 'next'}</text>`}
    ${left > 0 && html`<text x=${grid.width - 10} y=${y} text-anchor="end">${left} nodes are not drawn</text>`}
  </g>`
}

/**
 * Arrows move to the next entry, as in a table.
 * @param {KeyboardEvent} e
 * @param {any} cluster
 * @param {import('../store.js').Selection} selection
 * @param {(what: any) => void} select
 * @param {import('./logs_grid.js').Grid} grid
 */
function moveIn(e, cluster, selection, select, grid) {
  const step = /** @type {Record<string, [number, number]>} */ ({ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity]})[e.key]
  if (!step || !(e.target instanceof Element) || !e.target.closest('.logs-entry')) return
  e.preventDefault()
  e.stopPropagation()
  let node = selection.node ?? 0
  let index = selection.index ?? grid.first
  if (step[0]) {
    do node += step[0]
    while (cluster.nodes[node] && cluster.nodes[node].log.last === 0)
  }
  if (!cluster.nodes[node] || node >= grid.rows) return
  index = Math.min(Math.max(index + step[1], 1), cluster.nodes[node].log.last)
  select({node, index})
  const svg = /** @type {Element} */ (e.currentTarget)
  setTimeout(() => /** @type {HTMLElement|null} */ (svg.querySelector(`[data-entry="${node}:${index}"]`))?.focus(), 60)
}
