// The messages on their way, as signs along the chords. A vote is a diamond and an append a
// disc; requests are filled with the colour of their term, answers are hollow and have + or −.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'
import {messageWords} from './format.js'
import {onTheWay} from './ring_place.js'
import {pressed} from './press.js'

/** @typedef {import('../model/types.js').Flight} Flight */
/** @typedef {import('./ring_nodes.js').Drawing} Drawing */
/** @typedef {import('./ring_place.js').Point} Point */

const most = {full: 160, dense: 400}
const usual = 5e6 // ns that a message takes when nobody knows how long

/**
 * The flights between nodes that are drawn, and how many are not.
 * @param {Flight[]} all
 * @param {number} nodes that are drawn
 * @param {boolean} dense
 */
export function shownFlights(all, nodes, dense) {
  const shown = all.filter((f) => f.from < nodes && f.to < nodes && f.from !== f.to).slice(0, dense ? most.dense : most.full)
  return {shown, left: all.length - shown.length}
}

/** @param {Drawing} d @param {Flight[]} shown */
export function messagesOf(d, shown) {
  const held = new Map()
  const copies = new Map()
  const reached = shown.length <= 40
  return shown.map((f) => {
    const copy = copies.get(f.id) || 0
    copies.set(f.id, copy + 1)
    if (!f.held) return sign(d, f, place(d, f.from, f.to, progress(d, f, copy)), `${f.id}-${copy}`, reached)
    const link = `${f.from}>${f.to}`
    const before = held.get(link) || 0
    held.set(link, before + 1)
    return sign(d, f, place(d, f.from, f.to, Math.min(0.35 + before * 0.09, 0.9)), `${f.id}-${copy}`, reached)
  })
}

/** @param {Drawing} d @param {number} from @param {number} to @param {number} part */
function place(d, from, to, part) {
  const {r, m, dense, at} = d.places
  return onTheWay(at[from], at[to], r + m + (dense ? 1 : 4), part, dense ? 2 : m * 0.8)
}

/**
 * How far a message is on its way, from 0 to 1. The history knows when it arrives; at the
 * newest moment nobody does, and a message slows down towards its end.
 * @param {Drawing} d
 * @param {Flight} f
 * @param {number} copy
 */
function progress({history, cluster, now}, f, copy) {
  const passed = Math.max(now - f.sentAt, 0)
  const ends = history.endsOf(f.id).filter((seq) => seq > cluster.seq)
  const end = ends.length ? history.record(ends[Math.min(copy, ends.length - 1)]) : null
  if (!end) return 0.92 * (1 - Math.exp(-passed / usual))
  const takes = end.time_ns - f.sentAt
  return takes > 0 ? Math.min(passed / takes, 1) : 0.5
}

/**
 * @param {Drawing} d
 * @param {Flight} f
 * @param {Point & {dx: number, dy: number}} p
 * @param {string} key
 * @param {boolean} reached
 */
function sign(d, f, p, key, reached) {
  const {m, dense} = d.places
  const {message} = f
  const answer = message.type.endsWith('Response')
  const vote = message.type.startsWith('RequestVote')
  const fill = answer ? 'var(--paper)' : termFill(message.term)
  const chosen = d.selection.message === f.id
  const name = 'ring-message' + (answer ? ' answer' : '') + (f.held ? ' held' : '') + (chosen ? ' chosen' : '')
  const says = `${f.from} → ${f.to}: ${answer || !vote ? messageWords(message) : 'asks for a vote'}, term ${message.term}` + (f.held ? `, held by ${f.held}` : '')
  const size = !dense && !answer && !vote && !(message.entries && message.entries.length) ? m * 0.62 : m
  const stroke = answer ? termFill(message.term) : 'var(--ink)'
  if (dense) {
    return html`<path key=${key} class=${name} d=${outline(vote, p.x, p.y, m)} fill=${fill} stroke=${stroke} onClick=${() => d.select({message: f.id})}><title>${says}</title></path>`
  }
  const tip = m + 4
  return html`<g key=${key} class=${name} ...${pressed(() => d.select({message: f.id}), says, {reached})}><title>${says}</title>
    <path class="ring-tip" d=${`M${p.x + p.dx * tip} ${p.y + p.dy * tip}L${p.x + p.dx * 2 - p.dy * size * 0.8} ${p.y + p.dy * 2 + p.dx * size * 0.8}L${p.x + p.dx * 2 + p.dy * size * 0.8} ${p.y + p.dy * 2 - p.dx * size * 0.8}Z`} />
    ${f.held && html`<rect class="ring-held" x=${p.x - m - 3} y=${p.y - m - 3} width=${2 * m + 6} height=${2 * m + 6} rx="2" />`}
    <path class="ring-sign" d=${outline(vote, p.x, p.y, vote ? size * 1.15 : size)} fill=${fill} stroke=${stroke} />
    ${letter(message, p, m, answer)}
  </g>`
}

/** @param {boolean} diamond @param {number} x @param {number} y @param {number} r */
function outline(diamond, x, y, r) {
  return diamond ? `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}Z` : `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0Z`
}

/**
 * @param {import('../model/types.js').Message} message
 * @param {Point} p
 * @param {number} m
 * @param {boolean} answer
 */
function letter(message, p, m, answer) {
  if (answer) {
    const yes = message.type === 'RequestVoteResponse' ? message.vote_granted : message.success
    const s = m * 0.5
    return html`<path class=${'ring-answer ' + (yes ? 'yes' : 'no')} d=${`M${p.x - s} ${p.y}h${2 * s}` + (yes ? `M${p.x} ${p.y - s}v${2 * s}` : '')} />`
  }
  const n = message.entries ? message.entries.length : 0
  if (n) return html`<text class="ring-count" x=${p.x} y=${p.y} fill=${termInk(message.term)}>${n > 99 ? '99+' : n}</text>`
  return message.type === 'RequestVoteRequest' ? html`<text class="ring-count" x=${p.x} y=${p.y} fill=${termInk(message.term)}>?</text>` : null
}

/**
 * Crosses where messages were lost in the last few events of this moment.
 * @param {Drawing} d
 */
export function lostOf(d) {
  const list = []
  const {cluster, history, places} = d
  for (let seq = cluster.seq; seq > cluster.seq - 12 && seq >= history.first; seq--) {
    const r = history.record(seq)
    if (!r || !r.message || r.event !== 'DropMessage' || cluster.time - r.time_ns > 2e6) continue
    const {from, to, id} = r.message
    if (from >= places.at.length || to >= places.at.length) continue
    const p = place(d, from, to, 0.55)
    const s = Math.max(places.m * 0.7, 3)
    const why = r.fault ? `by ${r.fault}` : r.reason ?? ''
    list.push(html`<g key=${'lost' + seq} class=${'ring-lost' + (seq === cluster.seq ? ' changed' : '')} ...${pressed(() => d.select({message: id}), `${from} → ${to}: lost, ${why}`, {reached: !places.dense})}>
      <title>${`${from} → ${to}: ${messageWords(r.message)}, lost, ${why}`}</title>
      <circle cx=${p.x} cy=${p.y} r=${s + 3} /><path d=${`M${p.x - s} ${p.y - s}l${2 * s} ${2 * s}m0 ${-2 * s}l${-2 * s} ${2 * s}`} /></g>`)
  }
  return list
}
