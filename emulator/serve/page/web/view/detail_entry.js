// An entry of a log: what it says, and which nodes have it.
import {html} from './html.js'
import {Facts, Go, Heading, Select} from './facts.js'
import {Term} from './chips.js'
import {plain} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View, node: number|null, index: number}} props */
export function EntryDetails({app, view, node, index}) {
  const {cluster, history} = view
  const owner = node !== null ? cluster.nodes[node] : cluster.nodes.find((n) => n.log.last >= index)
  const entry = owner && index <= owner.log.last ? owner.log.at(index) : null
  const title = `Entry ${index}` + (owner ? ` of node ${owner.id}` : '')
  if (!owner || !entry) return html`<${Heading} app=${app} text=${title} /><p class="muted">The log is shorter at this moment.</p>`
  const same = cluster.nodes.filter((n) => n.log.last >= index && n.log.term(index) === entry.term)
  const others = cluster.nodes.filter((n) => n.log.last >= index && n.log.term(index) !== entry.term)
  const origin = history.previousOf(cluster.seq + 1, {event: 'ClientRequest', index})
  const list = (/** @type {import('../model/types.js').Node[]} */ nodes) => nodes.map((n, i) => html`${i ? ', ' : ''}<${Select} app=${app} what=${{node: n.id, index}}>${n.id}<//>`)
  const args = Object.entries(entry).filter(([key]) => key !== 'term' && key !== 'op')
  return html`<${Heading} app=${app} text=${title} />
    <${Facts} rows=${[
      ['Term', html`<${Term} term=${entry.term} />`],
      ['Operation', entry.op || 'none'],
      ...args.map(([key, value]) => [key, html`<bdi class="client">${plain(value, 200)}</bdi>`]),
      ['Here', owner.commit >= index ? (owner.applied >= index ? 'committed and applied' : 'committed') : 'not committed'],
      ['Same at', html`${list(same)} (${same.length} of ${cluster.nodes.length})`],
      others.length > 0 && ['Another at', html`${list(others)}`],
      origin && ['Last appended by', html`<${Go} app=${app} seq=${origin.seq} />`],
    ]} />`
}
