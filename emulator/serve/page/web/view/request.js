// A client's request to a node.
import {html, useState} from './html.js'
import {Act} from './act.js'
import {request} from '../source/api.js'
import {leaderOf} from './header.js'
import {plain} from './format.js'

const operations = [['put_topic', 'create a topic'], ['put_message', 'put a message'], ['get_message', 'take a message'], ['get_topics', 'list the topics']]

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, present: import('../model/cluster.js').Cluster}} props */
export function RequestForm({app, state, present}) {
  const [op, setOp] = useState('put_topic')
  const [topic, setTopic] = useState('dog')
  const [message, setMessage] = useState('hello')
  const [to, setTo] = useState('')
  const [follow, setFollow] = useState(false)
  const [answer, setAnswer] = useState(/** @type {any} */ (null))
  const leader = leaderOf(present)
  const node = to !== '' ? Number(to) : state.selected.node ?? (leader ? leader.id : 0)
  const body = /** @type {any} */ ({op})
  if (op !== 'get_topics') body.topic = topic
  if (op === 'put_message') body.message = message
  if (follow) body.follow = true
  const send = async (/** @type {import('../source/api.js').Action} */ action) => setAnswer(await app.deeds.act(action))
  const value = (/** @type {any} */ e) => e.target.value
  return html`<section aria-label="A client's request"><h2>A client’s request</h2>
    <div class="fields">
      <label class="field"><span>Operation</span><select value=${op} onChange=${(/** @type {any} */ e) => setOp(value(e))}>${operations.map(([id, text]) => html`<option key=${id} value=${id}>${text}</option>`)}</select></label>
      <label class="field"><span>At</span><select value=${to} onChange=${(/** @type {any} */ e) => setTo(value(e))}>
        <option value="">${state.selected.node !== null ? `selected: node ${state.selected.node}` : leader ? `leader: node ${leader.id}` : 'node 0'}</option>
        ${present.nodes.map((n) => html`<option key=${n.id} value=${n.id}>node ${n.id}${n.up ? '' : ' (crashed)'}</option>`)}</select></label>
      ${op !== 'get_topics' && html`<label class="field"><span>Topic</span><input value=${topic} onInput=${(/** @type {any} */ e) => setTopic(value(e))} /></label>`}
      ${op === 'put_message' && html`<label class="field"><span>Message</span><input value=${message} onInput=${(/** @type {any} */ e) => setMessage(value(e))} /></label>`}
    </div>
    <label class="check"><input type="checkbox" checked=${follow} onChange=${(/** @type {any} */ e) => setFollow(e.target.checked)} /> go on to the leader that the node names</label>
    <div class="row"><${Act} app=${app} action=${request(node, body)} run=${send} label=${`Ask node ${node}`} strong=${true} />
      ${answer && answer.answer && html`<span role="status">${answer.answer}${answer.status ? ` (${answer.status})` : ''}${answer.reason ? ': ' + plain(answer.reason, 80) : ''}
        ${answer.body ? html` <bdi class="client">${plain(JSON.stringify(answer.body), 120)}</bdi>` : ''}</span>`}</div>
  </section>`
}
