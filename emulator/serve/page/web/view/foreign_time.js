// The picture of a run of programs that others wrote: for each node what it said of its role
// and term, below it each client's requests, and faults as lines across all.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'
import {operation, plain, seconds} from './format.js'

const left = 74, row = 26, bar = 18, head = 20, wide = 1000

/** @param {{run: import('./foreign.js').ForeignRun}} props */
export function ForeignTime({run}) {
  const nodes = [...new Set(run.roles.map((r) => r.node))].sort((a, b) => a - b)
  const clients = [...new Set(run.calls.map((c) => c.client))].sort((a, b) => a - b)
  const ends = [...run.roles.map((r) => r.to), ...run.calls.map((c) => endOf(c)), ...run.faults.map((f) => f.at), 1]
  const last = ends.reduce((a, b) => Math.max(a, b), 1)
  const x = (/** @type {number} */ at) => left + (Math.max(at, 0) / last) * (wide - left - 12)
  const y = (/** @type {number} */ place) => head + place * row
  const height = y(nodes.length + clients.length) + 8
  const words = `${nodes.length} nodes and ${clients.length} clients over ${seconds(last, 2)}`
  return html`<svg class="foreign-picture" width=${wide} height=${height} viewBox=${`0 0 ${wide} ${height}`} role="img" aria-label=${words}>
    <title>${words}</title>
    ${ticks(last).map((at) => html`<g key=${'t' + at}><line class="grid" x1=${x(at)} x2=${x(at)} y1=${head} y2=${height - 8} /><text class="tick" x=${x(at)} y="12">${seconds(at, last < 5e9 ? 1 : 0)}</text></g>`)}
    ${nodes.map((n, i) => html`<text key=${'n' + n} class="name" x="4" y=${y(i) + 14}>node ${n}</text>`)}
    ${run.roles.map((r, i) => html`<${Span} key=${'r' + i} span=${r} x=${x} y=${y(nodes.indexOf(r.node))} />`)}
    ${clients.map((c, i) => html`<text key=${'c' + c} class="name" x="4" y=${y(nodes.length + i) + 14}>client ${c}</text>`)}
    ${run.calls.map((c, i) => html`<${Request} key=${'q' + i} call=${c} x=${x} y=${y(nodes.length + clients.indexOf(c.client))} last=${last} />`)}
    ${run.faults.map((f, i) => html`<g key=${'f' + i} class="fault"><line x1=${x(f.at)} x2=${x(f.at)} y1=${head} y2=${height - 8} /><title>${seconds(f.at, 2)} ${plain(f.words, 200)}</title></g>`)}
  </svg>`
}

/** @param {{span: import('./foreign.js').RoleSpan, x: (at: number) => number, y: number}} props */
function Span({span, x, y}) {
  const from = x(span.from), width = Math.max(x(span.to) - from, 2)
  const leads = span.role === 'Leader'
  const words = `${plain(span.role, 20)} ${span.term}`
  return html`<g><rect class=${leads ? 'leads' : 'other'} x=${from} y=${y + (leads ? 1 : 5)} width=${width} height=${leads ? bar : bar - 8} fill=${termFill(span.term)} />
    ${leads && width > words.length * 7 && html`<text x=${from + 5} y=${y + 14} fill=${termInk(span.term)}>${words}</text>`}
    <title>node ${span.node}: ${words}, ${seconds(span.from, 2)} to ${seconds(span.to, 2)}</title></g>`
}

const signs = /** @type {Record<string, string>} */ ({done: 'done', unknown: 'unknown'})

/** @param {{call: any, x: (at: number) => number, y: number, last: number}} props */
function Request({call, x, y, last}) {
  const from = x(call.call), to = call.outcome === 'unknown' ? x(last) : x(call.return)
  const kind = signs[call.outcome] || 'refused'
  const said = kind === 'done' ? (call.ok ? 'done' : 'no') : kind
  return html`<g class=${'request ' + (kind === 'done' && !call.ok ? 'no' : kind)}><rect x=${from} y=${y + 4} width=${Math.max(to - from, 2)} height=${bar - 8} />
    <title>${seconds(call.call, 2)} node ${call.node}: ${operation(call, 60)}, ${said}</title></g>`
}

/** @param {any} call */
function endOf(call) { return call.outcome === 'unknown' ? call.call : call.return }

/**
 * At most about eight round times.
 * @param {number} last
 */
function ticks(last) {
  const step = [1e8, 2e8, 5e8, 1e9, 2e9, 5e9, 1e10, 2e10, 5e10, 1e11, 1e12].find((s) => last / s <= 8) || last
  const all = []
  for (let at = 0; at <= last; at += step) all.push(at)
  return all
}
