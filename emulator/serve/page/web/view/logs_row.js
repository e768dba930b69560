// One log as a row of cells: solid up to the commit index, dashed behind it, a line below
// what is applied, hatched what a message on its way will remove.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'
import {operation} from './format.js'
import {pressed} from './press.js'

/**
 * @typedef {object} Context
 * @property {import('../model/cluster.js').Cluster} cluster
 * @property {import('../model/cluster.js').Cluster|null} previous
 * @property {import('../model/types.js').Changed|null} changed
 * @property {import('../store.js').Selection} selection
 * @property {(what: Partial<import('../store.js').Selection>) => void} select
 * @property {import('./logs_grid.js').Grid} grid
 * @property {import('../model/types.js').Node|null} leader
 * @property {import('../model/types.js').Doom[]} dooms
 */

/** @typedef {import('../model/types.js').Node} Node */

/**
 * A row; the one of the last time if nothing in it changed.
 * @param {Context} c
 * @param {Node} n
 * @param {number} row
 * @param {Map<number, {key: string, node: Node, view: any}>} kept
 */
export function rowOf(c, n, row, kept) {
  const {grid, leader, selection, changed} = c
  const fields = changed && changed.nodes.get(n.id)
  const marked = fields && fields.some((f) => f === 'log' || f === 'commit' || f === 'applied') ? c.cluster.seq : 0
  const dooms = c.dooms.filter((d) => d.node === n.id)
  const progress = leader && leader.id !== n.id ? [leader.id, leader.next && leader.next[n.id], leader.match && leader.match[n.id]] : []
  const key = [grid.first, grid.cell, grid.width, grid.row, grid.top, row, marked, selection.node === n.id ? `c${selection.index}` : '', progress.join(), dooms.map((d) => `${d.first}-${d.last}`).join(), grid.last].join('|')
  const old = kept.get(n.id)
  if (old && old.node === n && old.key === key) return old.view
  const view = html`<g key=${n.id} class="logs-row">${head(c, n, row)}${grid.dense ? runs(c, n, row) : cells(c, n, row)}
    ${dooms.map((d) => doom(c, n, row, d))}${changes(c, n, row, Boolean(marked))}${marks(c, n, row)}</g>`
  kept.set(n.id, {key, node: n, view})
  return view
}

/** @param {Context} c @param {Node} n @param {number} row */
function head({grid, selection, select}, n, row) {
  const y = grid.top + row * grid.row
  const role = n.up ? n.role.toLowerCase() : 'crashed'
  return html`<g class=${'logs-head' + (selection.node === n.id ? ' chosen' : '')} ...${pressed(() => select({node: n.id}), `Log of node ${n.id}, ${role}, ${n.log.last} entries, commit index ${n.commit}`)}>
    <rect class="logs-head-back" x="4" y=${y - 1} width=${grid.left - 10} height=${grid.high + 2} rx="3" />
    <text class=${'logs-id' + (n.role === 'Leader' && n.up ? ' leads' : '')} x="12" y=${y + grid.high / 2}>${n.id}</text>${' '}
    <text class="logs-role" x=${grid.dense ? 34 : 28} y=${y + grid.high / 2}>${!grid.dense ? role : role === 'follower' ? '' : role.slice(0, 7)}</text></g>`
}

/** @param {Context} c @param {Node} n @param {number} row */
function cells({grid, selection, select}, n, row) {
  const y = grid.top + row * grid.row
  const list = []
  for (let i = grid.first; i <= Math.min(grid.last, n.log.last); i++) {
    const e = n.log.at(i)
    const x = grid.x(i)
    const committed = i <= n.commit
    const wide = grid.cell >= 62 && grid.high >= 24
    const chosen = selection.node === n.id && selection.index === i
    const says = `Node ${n.id}, index ${i}, term ${e.term}: ${operation(e, 80)}, ${i <= n.applied ? 'applied' : committed ? 'committed' : 'not committed'}`
    const reached = chosen || (i === grid.first && (selection.node !== n.id || selection.index === null))
    const ink = committed ? termInk(e.term) : 'var(--ink)'
    list.push(html`<g key=${i}><g class=${'logs-entry' + (chosen ? ' chosen' : '')} data-entry=${`${n.id}:${i}`} ...${pressed(() => select({node: n.id, index: i}), says, {reached})}><title>${says}</title>
      <rect class=${'logs-cell' + (committed ? ' committed' : '')} x=${x + 1} y=${y} width=${grid.cell - 3} height=${grid.high} rx="2" fill=${termFill(e.term)} fill-opacity=${committed ? 1 : 0.3} />
      ${i <= n.applied && html`<rect class="logs-applied" x=${x + 1} y=${y + grid.high + 1.2} width=${grid.cell - 3} height="2.2" />`}</g>
      <text class="logs-term" x=${wide ? x + 8 : x + grid.cell / 2 - 0.5} y=${y + grid.high / 2} text-anchor=${wide ? 'start' : 'middle'} fill=${ink}>${e.term}</text>
      ${wide && html`<text class="logs-command" x=${x + 24} y=${y + grid.high / 2} fill=${ink}>${short(e, Math.floor((grid.cell - 30) / 5.6))}</text>`}</g>`)
  }
  return list
}

/** @param {import('../model/types.js').Entry} e @param {number} most */
function short(e, most) {
  if (!e.op) return 'no-op'
  const verb = /** @type {Record<string, string>} */ ({put_message: '+', get_message: '−', put_topic: 'new'})[e.op] || e.op
  const words = [e.topic, e.message].filter((v) => v !== undefined && v !== null).map((v) => String(v).slice(0, 20).replace(/[^\x20-\x7e\u00a1-\u024f\u0370-\u03ff\u0400-\u04ff\u4e00-\u9fff]/g, '?'))
  const text = [verb, ...words].join(' ')
  return text.length > most ? text.slice(0, Math.max(most - 1, 1)) + '…' : text
}

/**
 * Runs of entries with the same term and state as one piece each, for many nodes.
 * @param {Context} c
 * @param {Node} n
 * @param {number} row
 */
function runs({grid, select, selection}, n, row) {
  const y = grid.top + row * grid.row
  const end = Math.min(grid.last, n.log.last)
  const list = []
  for (let i = grid.first; i <= end;) {
    const {term} = n.log.at(i)
    const committed = i <= n.commit
    let to = i
    while (to < end && n.log.at(to + 1).term === term && to + 1 <= n.commit === committed) to++
    const width = (to - i + 1) * grid.cell - 2
    list.push(html`<g key=${i}><rect class=${'logs-cell' + (committed ? ' committed' : '')} x=${grid.x(i)} y=${y} width=${width} height=${grid.high} rx="1.5" fill=${termFill(term)} fill-opacity=${committed ? 1 : 0.3} />
      <text class="logs-term small" x=${grid.x(i) + grid.cell / 2 - 1} y=${y + grid.high / 2} text-anchor="middle" fill=${committed ? termInk(term) : 'var(--ink)'}>${term}</text></g>`)
    i = to + 1
  }
  const applied = Math.min(n.applied, end)
  if (applied >= grid.first) list.push(html`<rect key="a" class="logs-applied" x=${grid.x(grid.first)} y=${y + grid.high + 0.3} width=${(applied - grid.first + 1) * grid.cell - 2} height="1.6" />`)
  const chosen = selection.node === n.id && selection.index !== null && selection.index >= grid.first && selection.index <= end ? selection.index : null
  if (chosen !== null) list.push(html`<rect key="c" class="logs-chosen" x=${grid.x(chosen) - 1} y=${y - 1} width=${grid.cell} height=${grid.high + 2} />`)
  const pick = (/** @type {MouseEvent} */ e) => {
    const box = /** @type {Element} */ (/** @type {Element} */ (e.currentTarget).closest('svg')).getBoundingClientRect()
    const index = grid.first + Math.floor((e.clientX - box.left - grid.left) / grid.cell)
    if (index >= grid.first && index <= end) select({node: n.id, index})
  }
  return html`<g class="logs-runs" onClick=${pick}>${list}</g>`
}

/** @param {Context} c @param {Node} n @param {number} row @param {import('../model/types.js').Doom} d */
function doom({grid}, n, row, d) {
  const first = Math.max(d.first, grid.first)
  const last = Math.min(d.last, grid.last)
  if (last < first) return null
  const says = `Message ${d.id} will remove ${d.first === d.last ? `entry ${d.first}` : `entries ${d.first} to ${d.last}`} of node ${n.id}` + (d.committed ? ', although they are committed' : '')
  return html`<rect class="logs-doom" x=${grid.x(first) + 1} y=${grid.top + row * grid.row} width=${(last - first + 1) * grid.cell - 3} height=${grid.high} rx="2" fill="url(#logs-hatch)" role="img" aria-label=${says}><title>${says}</title></rect>`
}

/**
 * What the last step changed: new entries in a frame, removed ones crossed out, and a corner
 * on those that were committed in it.
 * @param {Context} c
 * @param {Node} n
 * @param {number} row
 * @param {boolean} marked
 */
function changes({grid, changed, previous}, n, row, marked) {
  if (!marked || !changed || !previous) return null
  const y = grid.top + row * grid.row
  const parts = []
  const before = previous.nodes[n.id]
  const log = changed.log && changed.log.node === n.id ? changed.log : null
  const box = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ name) => {
    const a = Math.max(from, grid.first)
    const b = Math.min(to, grid.last)
    if (b >= a) parts.push(html`<rect class=${'logs-change ' + name} x=${grid.x(a)} y=${y - 1.5} width=${(b - a + 1) * grid.cell - 1} height=${grid.high + 3} rx="3" />`)
  }
  if (log && log.appended) box(log.kept + 1, log.kept + log.appended, 'new')
  if (log && before && before.log.last > n.log.last) {
    box(n.log.last + 1, before.log.last, 'gone')
    for (let i = Math.max(n.log.last + 1, grid.first); i <= Math.min(before.log.last, grid.last); i++) {
      parts.push(html`<path class="logs-cross" d=${`M${grid.x(i) + 4} ${y + 4}L${grid.x(i) + grid.cell - 6} ${y + grid.high - 4}`} />`)
    }
  }
  if (before && n.commit > before.commit) {
    for (let i = Math.max(before.commit + 1, grid.first); i <= Math.min(n.commit, grid.last); i++) {
      parts.push(html`<path class="logs-corner" d=${`M${grid.x(i) + grid.cell - 2} ${y}h-7l7 7Z`} />`)
    }
  }
  return parts
}

/**
 * The leader's matchIndex of a follower as a dot, and its nextIndex as an arrow.
 * @param {Context} c
 * @param {Node} n
 * @param {number} row
 */
function marks({grid, leader}, n, row) {
  if (!leader || leader.id === n.id || !leader.next || !leader.match) return null
  const y = grid.top + row * grid.row + grid.high + (grid.dense ? 0.5 : 4)
  const size = grid.dense ? 2.2 : 3
  const match = leader.match[n.id] ?? 0
  const next = leader.next[n.id] ?? 0
  const seen = (/** @type {number} */ i) => i >= grid.first && i <= grid.last
  return html`<g>${match >= grid.first && seen(match) && html`<circle class="logs-match" cx=${grid.x(match) + grid.cell / 2 - 0.5} cy=${y + 1} r=${size}><title>matchIndex of node ${n.id} at leader ${leader.id}: ${match}</title></circle>`}
    ${seen(next) && html`<path class="logs-next" d=${`M${grid.x(next) + grid.cell / 2 - 0.5} ${y - 2}l${size * 1.4} ${size * 2.2}h${-size * 2.8}Z`}><title>nextIndex of node ${n.id} at leader ${leader.id}: ${next}</title></path>`}</g>`
}
