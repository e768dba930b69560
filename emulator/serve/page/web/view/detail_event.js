// The event that led to this moment: what it changed, and why it happened.
import {html, useEffect, useState} from './html.js'
import {Facts, Go, Select} from './facts.js'
import {read} from '../source/api.js'
import {fitting, whyPath} from '../source/explain.js'
import {rushes} from '../store.js'
import {notable} from './sieve.js'
import {plain, recordWords, seconds} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function EventDetails({app, state, view}) {
  const live = rushes(state)
  const r = live ? notable(view.history, state.seq) : view.record
  if (!r) return html`<p class="muted">The moment before the first event that is kept.</p>`
  return html`<section class="event-details" aria-label="This event"><h2>${live ? 'Latest event' : `Event ${r.seq}`}</h2>
    <p class="event-title"><strong>${r.event}</strong>${r.node === null ? '' : html` at <${Select} app=${app} what=${{node: r.node}}>node ${r.node}<//>`}
      <span class="muted"> · ${live ? html`<${Go} app=${app} seq=${r.seq} />` : seconds(r.time_ns, 6)}</span></p>
    ${live ? html`<p>${recordWords(r)}</p><${Waits} key=${state.run} app=${app} state=${state} />` : html`<${Why} key=${state.run} app=${app} state=${state} record=${r} />`}
    <${Facts} rows=${[
      r.message && ['Message', html`<${Select} app=${app} what=${{message: r.message.id}}>${r.message.id}<//>`],
      r.request && ['Request', html`<span class="mono">${plain(r.request.id, 40)}</span>`],
      r.cause > 0 && ['Led to by', html`<${Go} app=${app} seq=${r.cause} />`],
      !live && ['Changed', changedWords(view.changed)],
    ]} />
  </section>`
}

const names = /** @type {Record<string, string>} */ ({votedFor: 'vote', commit: 'commitIndex', applied: 'lastApplied', next: 'nextIndex', match: 'matchIndex', up: 'up or down'})

/** @param {import('../model/types.js').Changed|null} changed */
function changedWords(changed) {
  if (!changed) return 'nothing'
  const words = [...changed.nodes].map(([id, fields]) => `node ${id}: ${fields.map((f) => names[f] || f).join(', ')}`)
  if (changed.log && changed.log.removed) words.push(`${changed.log.removed} entries removed from the log of node ${changed.log.node}`)
  if (changed.cuts) words.push('cuts')
  if (changed.rules) words.push('faults')
  if (changed.calls) words.push('clients’ calls')
  return words.length ? words.join('; ') : 'nothing'
}

/**
 * Why it happened, where the recording has it or the server says it.
 * @param {{app: import('./app.js').Page, state: import('../store.js').State, record: import('../model/types.js').TraceRecord}} props
 */
function Why({app, state, record}) {
  const [answer, setAnswer] = useState(/** @type {any} */ (null))
  const stored = state.explained[record.seq]
  const known = fitting(stored || answer, state, record.seq)
  const path = stored ? '' : whyPath(state, record.seq)
  useEffect(() => {
    if (!path || state.playing) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      read(path, abort.signal).then((a) => { if (!abort.signal.aborted) setAnswer(a) }, () => {}) // without an answer, the event's own words stay
    }, 120)
    return () => { clearTimeout(timer); abort.abort() }
  }, [path, state.playing])
  if (!known) return html`<p>${recordWords(record)}</p>`
  return html`<${Answer} app=${app} answer=${known} />`
}

/**
 * On request, who leads or why nobody does, and what the cluster waits for.
 * @param {{app: import('./app.js').Page, state: import('../store.js').State}} props
 */
function Waits({app, state}) {
  const [answer, setAnswer] = useState(/** @type {any} */ (null))
  const path = whyPath(state, 'now')
  if (!path) return ''
  const known = answer && fitting(answer, state, answer.seq)
  const ask = () => { read(path).then(setAnswer, () => setAnswer(null)) }
  return html`<p><button class="link" onClick=${ask}>Who leads, and what does the cluster wait for?</button></p>
    ${known && html`<p class="muted">At event ${known.seq}:</p><${Answer} app=${app} answer=${known} />`}`
}

/** @param {{app: import('./app.js').Page, answer: import('../source/explain.js').Explanation}} props */
function Answer({app, answer}) {
  return html`<div class="why">
    <p>${plain(answer.text, 2000)}${answer.section && html` <span class="section">${answer.section}</span>`}</p>
    ${answer.broken && html`<p class="broken"><strong>The node broke a rule.</strong> ${answer.broken}.</p>`}
    ${answer.missing && html`<p class="muted">${answer.missing}</p>`}
    ${answer.values.length > 0 && html`<dl class="rows values">${answer.values.map((v, i) => html`<div key=${i}><dt>${v.name}</dt><dd>${plain(v.value, 200)}</dd></div>`)}</dl>`}
    ${answer.steps.length > 0 && html`<h3>What led to it</h3><ol class="chain">${answer.steps.map((c) => html`<li key=${c.seq}>
      <${Go} app=${app} seq=${c.seq}>${c.seq}<//> ${plain(c.text, 300)}</li>`)}</ol>`}
  </div>`
}
