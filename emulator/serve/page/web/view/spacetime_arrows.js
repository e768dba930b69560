// The arrows of messages in the space-time diagram.
import {html} from './html.js'
import {termFill} from './colour.js'
import {messageWords} from './format.js'
import {pressed} from './press.js'

/**
 * @typedef {object} Arrow
 * @property {number} id
 * @property {number} from
 * @property {number} to
 * @property {number} sent seq
 * @property {number} end seq
 * @property {'arrived'|'lost'|'open'|'held'} fate
 * @property {import('../model/types.js').Message} message
 */

const most = 700
const single = 160 // up to so many have elements of their own

/**
 * The messages that were sent or arrived in a stretch of records.
 * @param {import('../model/history.js').History} history
 * @param {number} from
 * @param {number} to
 * @param {number} nodes that are drawn
 */
export function arrowsOf(history, from, to, nodes) {
  /** @type {Arrow[]} */
  const list = []
  const seen = new Set()
  let left = 0
  const held = new Set()
  for (let seq = from; seq <= to; seq++) {
    const r = history.record(seq)
    const m = r && r.message
    if (!r || !m || m.from >= nodes || m.to >= nodes || m.from === m.to) continue
    if (r.event === 'HoldMessage') held.add(m.id)
    if (r.event === 'ReleaseMessage') held.delete(m.id)
    if (seen.has(m.id)) continue
    seen.add(m.id)
    if (list.length >= most) {
      left++
      continue
    }
    const ends = history.endsOf(m.id)
    for (const end of ends) {
      const record = history.record(end)
      list.push({id: m.id, from: m.from, to: m.to, sent: m.id, end, fate: record && record.event === 'DropMessage' ? 'lost' : 'arrived', message: m})
    }
    if (!ends.length) list.push({id: m.id, from: m.from, to: m.to, sent: m.id, end: history.last + 1, fate: 'open', message: m})
  }
  for (const a of list) if (a.fate === 'open' && held.has(a.id)) a.fate = 'held'
  return {list, left}
}

/**
 * @param {import('./spacetime.js').Context} c
 * @param {Arrow[]} list
 */
export function drawArrows(c, list) {
  const chosen = list.filter((a) => a.id === c.selection.message)
  const rest = list.length > single ? together(c, list) : list.map((a, i) => one(c, a, `${a.id}-${i}`, list.length <= 60))
  return html`<g>${rest}${list.length > single && chosen.map((a, i) => one(c, a, `chosen${i}`, true))}</g>`
}

/** @param {Arrow} a */
function kindOf(a) {
  const {type, entries} = a.message
  return (type.startsWith('RequestVote') ? 'vote' : 'append') + (type.endsWith('Response') ? ' answer' : type === 'AppendEntriesRequest' && !(entries && entries.length) ? ' beat' : '')
}

/** @param {import('./spacetime.js').Context} c @param {Arrow} a */
function shape({span, y, row}, a) {
  const x1 = span.x(a.sent)
  const y1 = y(a.from)
  const part = a.fate === 'lost' ? 0.6 : a.fate === 'arrived' ? 1 : 0.75
  const dx = (span.x(a.end) - x1) * part
  const dy = (y(a.to) - y1) * part
  const length = Math.hypot(dx, dy) || 1
  const ux = dx / length
  const uy = dy / length
  const s = row > 14 ? 5 : 3
  const x2 = x1 + dx
  const y2 = y1 + dy
  const line = `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`
  const tip = a.fate === 'lost' ? `M${x2 - s * 0.7} ${y2 - s * 0.7}l${s * 1.4} ${s * 1.4}m0 ${-s * 1.4}l${-s * 1.4} ${s * 1.4}`
    : a.fate === 'held' ? `M${x2 - 3} ${y2 - s}v${2 * s}M${x2 + 1} ${y2 - s}v${2 * s}`
    : `M${(x2 - ux * s - uy * s * 0.5).toFixed(1)} ${(y2 - uy * s + ux * s * 0.5).toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}L${(x2 - ux * s + uy * s * 0.5).toFixed(1)} ${(y2 - uy * s - ux * s * 0.5).toFixed(1)}`
  return {line, tip}
}

/** @param {import('./spacetime.js').Context} c @param {Arrow} a @param {string} key @param {boolean} reached */
function one(c, a, key, reached) {
  const {line, tip} = shape(c, a)
  const fates = {arrived: '', lost: ', lost', open: ', on its way', held: ', held'}
  const says = `${a.from} → ${a.to}: ${messageWords(a.message)}, term ${a.message.term}${fates[a.fate]}`
  const name = `spacetime-arrow ${kindOf(a)} ${a.fate}` + (a.id === c.selection.message ? ' chosen' : '') + (a.end > c.now && a.sent > c.now ? ' later' : '')
  return html`<g key=${key} class=${name} stroke=${termFill(a.message.term)} ...${pressed(() => c.select({message: a.id}), says, {reached})}><title>${says}</title>
    <path class="spacetime-hit" d=${line} /><path class="spacetime-shaft" d=${line} /><path class="spacetime-tip" d=${tip} /></g>`
}

/**
 * Many arrows as few paths: one for each kind, fate and term.
 * @param {import('./spacetime.js').Context} c
 * @param {Arrow[]} list
 */
function together(c, list) {
  /** @type {Map<string, {name: string, term: number, lines: string[], tips: string[]}>} */
  const groups = new Map()
  for (const a of list) {
    const name = `${kindOf(a)} ${a.fate}` + (a.sent > c.now ? ' later' : '')
    const key = `${name} ${a.message.term}`
    let group = groups.get(key)
    if (!group) {
      group = {name, term: a.message.term, lines: [], tips: []}
      groups.set(key, group)
    }
    const {line, tip} = shape(c, a)
    group.lines.push(line)
    group.tips.push(tip)
  }
  return [...groups].map(([key, g]) => html`<g key=${key} class=${'spacetime-arrow ' + g.name} stroke=${termFill(g.term)}><path class="spacetime-shaft" d=${g.lines.join('')} /><path class="spacetime-tip" d=${g.tips.join('')} /></g>`)
}
