// Raft's guarantees as one line: each held or violated. A violated one leads to the first
// event that violated it.
import {html} from './html.js'
import {plain} from './format.js'
import {pressed} from './press.js'

/** @param {any} props */
export function Invariants({options}) {
  const all = /** @type {any[]} */ ((options.invariants && options.invariants.invariants) || [])
  const bad = all.filter((i) => i.violation)
  let x = 2
  const chips = [...bad, ...all.filter((i) => !i.violation)].map((i) => {
    const text = i.title + (i.violation ? ` violated at ${i.violation.seq}` : '')
    const wide = text.length * 6.4 + 30
    const at = x
    x += wide + 6
    return chip(i, text, at, wide, options)
  })
  const says = !all.length ? 'Guarantees: not known here' : bad.length ? `Guarantees: ${bad.length} violated` : `Guarantees: all ${all.length} held`
  return html`<svg class="invariants" width=${Math.max(x, 300)} height="22" viewBox=${`0 0 ${Math.max(x, 300)} 22`} role="group" aria-label=${says}>
    <title>${says}</title>${all.length ? chips : html`<text class="invariants-none" x="2" y="11">The guarantees were not checked here.</text>`}</svg>`
}

/**
 * @param {any} i
 * @param {string} text
 * @param {number} x
 * @param {number} wide
 * @param {any} options
 */
function chip(i, text, x, wide, options) {
  const held = !i.violation && i.status === 'held'
  const name = i.violation ? 'bad' : held ? 'held' : 'open'
  const says = plain(`${i.title}: ${i.violation ? i.violation.explanation || 'violated' : i.says}`, 300)
  const inner = html`<title>${says}</title><rect x=${x} y="1.5" width=${wide} height="19" rx="4" />
    <text class="invariants-sign" x=${x + 8} y="11">${i.violation ? '✕' : held ? '✓' : '?'}</text><text x=${x + 22} y="11">${plain(text, 60)}</text>`
  if (i.violation) return html`<g key=${i.name} class="invariants-chip bad" ...${pressed(() => options.go(i.violation.seq), `${says}. Go to event ${i.violation.seq}`)}>${inner}</g>`
  return html`<g key=${i.name} class=${'invariants-chip ' + name}>${inner}</g>`
}
