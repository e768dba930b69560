// A message on its way: its fields, and what one can do to it and to the next of its kind.
import {html} from './html.js'
import {Act} from './act.js'
import {Facts, Go, Heading, Select} from './facts.js'
import {Term} from './chips.js'
import {duration, operation} from './format.js'
import {deleteFault, onMessage, setFault} from '../source/api.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View, id: number}} props */
export function MessageDetails({app, state, view, id}) {
  const flights = view.cluster.messages.get(id) || []
  const sent = view.history.record(id)
  const message = flights.length ? flights[0].message : sent && sent.message
  if (!message) return html`<${Heading} app=${app} text=${`Message ${id}`} /><p class="muted">Its sending is no longer kept.</p>`
  const held = flights.find((f) => f.held)
  const node = (/** @type {number} */ n) => html`<${Select} app=${app} what=${{node: n}}>node ${n}<//>`
  return html`<${Heading} app=${app} text=${message.type} />
    <${Facts} rows=${[
      ['From', html`${node(message.from)} to ${node(message.to)}`],
      ['Sent', html`<${Go} app=${app} seq=${id} />${flights.length ? `, ${duration(Math.max(state.now - flights[0].sentAt, 0))} ago` : ''}`],
      ['Where', whereWords(app, view, id, flights)],
      ['Term', html`<${Term} term=${message.term} />`],
      ...fieldRows(message),
    ]} />
    ${message.entries && message.entries.length > 0 && html`<ol class="entries" start=${(message.prev_log_index || 0) + 1}>
      ${message.entries.slice(0, 20).map((e, i) => html`<li key=${i}><${Term} term=${e.term} /> ${operation(e)}</li>`)}</ol>
      ${message.entries.length > 20 && html`<p class="muted">and ${message.entries.length - 20} more</p>`}`}
    ${app.deeds.allowed && html`<${MessageActions} app=${app} state=${state} message=${message} held=${held ? held.held : ''} flying=${flights.length > 0} />`}`
}

/**
 * @param {import('./app.js').Page} app
 * @param {import('../store.js').View} view
 * @param {number} id
 * @param {import('../model/types.js').Flight[]} flights
 */
function whereWords(app, view, id, flights) {
  if (flights.length) {
    const held = flights.find((f) => f.held)
    return (held ? `held by ${held.held}` : 'on its way') + (flights.length > 1 ? `, ${flights.length} copies` : '')
  }
  if (view.cluster.seq < id) return 'not yet sent'
  const ends = view.history.endsOf(id)
  return ends.length ? html`gone: <${Go} app=${app} seq=${ends[ends.length - 1]} />` : 'gone'
}

/** @param {import('../model/types.js').Message} m */
function fieldRows(m) {
  const names = /** @type {[keyof import('../model/types.js').Message, string][]} */ ([
    ['prev_log_index', 'prevLogIndex'], ['prev_log_term', 'prevLogTerm'], ['leader_commit', 'leaderCommit'], ['last_log_index', 'lastLogIndex'],
    ['last_log_term', 'lastLogTerm'], ['vote_granted', 'voteGranted'], ['success', 'success'], ['match_index', 'matchIndex'],
    ['conflict_index', 'conflictIndex'], ['conflict_term', 'conflictTerm'],
  ])
  return names.filter(([key]) => m[key] !== undefined).map(([key, name]) => /** @type {[string, any]} */ ([name, String(m[key])]))
}

/**
 * The fault that meets only the next message of this kind on this link.
 * @param {import('../model/types.js').Message} m
 * @param {any} effect
 */
function next(m, effect) {
  const match = /** @type {any} */ ({from: [m.from], to: [m.to], type: m.type.startsWith('RequestVote') ? 'request_vote' : 'append_entries',
    kind: m.type.endsWith('Response') ? 'response' : 'request'})
  const name = Object.keys(effect)[0].replace('_ms', '')
  return setFault(`${name}-${m.from}-${m.to}`, {match, ...effect, ...(effect.hold ? {} : {count: 1})})
}

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, message: import('../model/types.js').Message, held: string, flying: boolean}} props */
function MessageActions({app, state, message, held, flying}) {
  const m = message
  const can = (/** @type {string} */ verb) => state.routes.has(`POST /v1/messages/{id}/${verb}`)
  const verbs = [['drop', 'Drop'], ['deliver', 'Deliver now'], ['duplicate', 'Duplicate'], ['hold', 'Hold'], ['release', 'Release']].filter(([v]) => can(v))
  return html`<div class="acts" role="group" aria-label="What to do to messages">
    ${flying && verbs.length > 0 && html`<h3>This message</h3><div class="row">
      ${verbs.filter(([v]) => (v === 'release') === Boolean(held) || v === 'drop').map(([verb, label]) => html`<${Act} key=${verb} app=${app} action=${onMessage(m.id, verb)} label=${label} />`)}
      ${can('delay') && !held && html`<${Act} app=${app} action=${onMessage(m.id, 'delay', {ms: 100})} label="Delay by 100 ms" />`}</div>`}
    ${held && html`<div class="row"><${Act} app=${app} action=${deleteFault(held)} label="Release all that the rule holds" strong=${true} /></div>`}
    <h3>The next such message from ${m.from} to ${m.to}</h3>
    <div class="row">
      <${Act} app=${app} action=${next(m, {drop: true})} label="Drop" />
      <${Act} app=${app} action=${next(m, {delay_ms: [100, 100]})} label="Delay by 100 ms" />
      <${Act} app=${app} action=${next(m, {duplicate: 1})} label="Duplicate" />
      <${Act} app=${app} action=${next(m, {hold: true})} label="Hold all from now" />
    </div></div>`
}
