// What lasts in the space-time diagram, as bands: terms above, crashes and pauses on their
// node's line, partitions and rules across; and the elections as marks.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'
import {plain} from './format.js'
import {pressed} from './press.js'

/** @typedef {import('./spacetime.js').Context} Context */

/**
 * The visible part of a stretch of records, or null.
 * @param {Context} c
 * @param {{from: number, to: number|null}} s
 */
function seen({span, last, options}, s) {
  const from = Math.max(s.from, options.axis.from)
  const to = Math.min(s.to ?? last, last)
  return to < options.axis.from || from > last ? null : {x: span.x(from), width: Math.max(span.x(to) - span.x(from), 1.5)}
}

/** @param {Context} c */
export function termsOf(c) {
  return c.history.marks.terms.map((t) => {
    const s = seen(c, t)
    if (!s) return null
    const words = t.leader === null ? `term ${t.term}, no leader` : `term ${t.term}, node ${t.leader} leads`
    const text = s.width > 128 ? words : s.width > 24 ? String(t.term) : ''
    return html`<g key=${'t' + t.from} class="spacetime-term"><title>${words}</title>
      <rect x=${s.x} y="6" width=${s.width} height="14" fill=${termFill(t.term)} fill-opacity=${t.leader === null ? 0.3 : 1} />
      ${text && html`<text x=${s.x + 5} y="13.5" fill=${t.leader === null ? 'var(--ink)' : termInk(t.term)}>${text}</text>`}</g>`
  })
}

/** @param {Context} c */
export function bandsOf(c) {
  const {span, y, row, nodes} = c
  const list = []
  let shelf = 0
  for (const f of c.history.marks.faults.slice(-400)) {
    const s = seen(c, f)
    if (!s) continue
    if (f.node !== null) {
      if (f.node >= nodes || (f.kind !== 'crash' && f.kind !== 'pause')) continue
      const high = Math.min(row * 0.7, 22)
      const words = f.kind === 'crash' ? 'crashed' : 'paused'
      list.push(html`<g key=${`${f.kind}${f.node}-${f.from}`} class=${'spacetime-band ' + f.kind}><title>${`node ${f.node} ${words}`}</title><rect x=${s.x} y=${y(f.node) - high / 2} width=${s.width} height=${high} rx="2" fill=${`url(#spacetime-${f.kind})`} />
        ${s.width > 56 && row > 14 && html`<text x=${s.x + 5} y=${y(f.node)}>${words}</text>`}</g>`)
    } else if (f.kind === 'partition' || f.kind === 'rule') {
      const name = f.kind === 'partition' ? `cut: ${linksText(f.name)}` : `fault ${plain(f.name, 24)}`
      const top = span.top - 32 + (shelf++ % 2) * 13
      list.push(html`<g key=${`${f.kind}${f.name}-${f.from}`} class=${'spacetime-band ' + f.kind}><title>${name}</title>
        ${f.kind === 'partition' && html`<rect class="spacetime-wash" x=${s.x} y=${span.top} width=${s.width} height=${span.bottom - span.top} />`}
        <rect class="spacetime-lasts" x=${s.x} y=${top + 10} width=${s.width} height="2" />
        ${s.width > 70 && html`<text x=${s.x + 4} y=${top + 4}>${name.slice(0, Math.floor(s.width / 5.8))}</text>`}</g>`)
    }
  }
  return list
}

/** @param {string} name such as 0>1 1>0 */
function linksText(name) {
  const links = name.split(' ')
  const all = new Set(links)
  const words = links.flatMap((l) => {
    const [a, b] = l.split('>')
    if (!all.has(`${b}>${a}`)) return [`${a} → ${b}`]
    return Number(a) < Number(b) ? [`${a} ↔ ${b}`] : []
  })
  return words.length > 6 ? `${words.length} links` : words.join(', ')
}

/**
 * A candidacy is a hollow triangle and a won election a full one with its term.
 * @param {Context} c
 */
export function electionsOf(c) {
  const {span, y, row, nodes, options, last, now} = c
  const s = row > 14 ? 6 : 4
  return c.history.marks.elections.filter((e) => e.seq >= options.axis.from && e.seq <= last && e.node < nodes).slice(-200).map((e) => {
    const x = span.x(e.seq)
    const says = e.won ? `Node ${e.node} leads in term ${e.term}` : `Node ${e.node} stands for election in term ${e.term}`
    return html`<g key=${'e' + e.seq} class=${'spacetime-election' + (e.won ? ' won' : '') + (e.seq > now ? ' later' : '')} ...${pressed(() => options.go(e.seq), says)}><title>${says}</title>
      <path d=${`M${x} ${y(e.node) - s - 1}l${s} ${s * 1.7}h${-2 * s}Z`} fill=${e.won ? termFill(e.term) : 'var(--paper)'} />
      ${e.won && row > 18 && html`<text x=${x + s + 3} y=${y(e.node) - s - 2}>term ${e.term}</text>`}</g>`
  })
}
