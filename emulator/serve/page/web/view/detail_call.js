// A client's call: what it asked, and what became of it.
import {html} from './html.js'
import {Facts, Go, Heading, Select} from './facts.js'
import {duration, plain} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View, seq: number}} props */
export function CallDetails({app, view, seq}) {
  const asked = view.history.record(seq)
  const id = asked && asked.request ? asked.request.id : ''
  const call = id ? view.cluster.calls.find(id) : null
  const command = call ? call.command : asked && asked.request ? asked.request.command : null
  if (!asked && !call) return html`<${Heading} app=${app} text="A client's call" /><p class="muted">The request is no longer kept.</p>`
  const args = command ? Object.entries(command).filter(([key]) => key !== 'op') : []
  const outcome = {'': 'waits', ok: 'done', fail: 'refused: it had no effect', unknown: 'nobody can know whether it took effect'}
  const node = call ? call.node : asked ? asked.node : null
  return html`<${Heading} app=${app} text=${`Call: ${command ? command.op : 'no operation'}`} />
    <${Facts} rows=${[
      ['Asked', html`<${Go} app=${app} seq=${seq} /> at <${Select} app=${app} what=${{node}}>node ${node}<//>`],
      ...args.map(([key, value]) => [key, html`<bdi class="client">${plain(value, 300)}</bdi>`]),
      call && ['Outcome', outcome[call.outcome]],
      call && call.index > 0 && ['Entry', html`<${Select} app=${app} what=${{node, index: call.index}}>${call.index}<//>`],
      call && call.answerSeq && ['Answered', html`<${Go} app=${app} seq=${call.answerSeq} />, after ${duration((call.answeredAt ?? 0) - call.askedAt)}`],
      call && call.response && ['Answer', html`<bdi class="client">${plain(answerText(call.response), 300)}</bdi>`],
    ]} />`
}

/** @param {import('../model/types.js').Response} r */
function answerText(r) {
  const {id: _, ok, ...rest} = r
  const keys = Object.keys(rest)
  return (ok ? 'ok' : 'refused') + (keys.length ? ' ' + keys.map((k) => `${k}: ${JSON.stringify(rest[k])}`).join(', ') : '')
}
