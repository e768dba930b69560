// The faults in force, and a form for another one.
import {html, useState} from './html.js'
import {Act} from './act.js'
import {deleteFault, deleteFaults, setFault} from '../source/api.js'
import {plain} from './format.js'

/** @type {[string, string, string][]} key, words, unit of its number ('' without) */
const effects = [['drop', 'drop', ''], ['delay_ms', 'delay', 'ms'], ['duplicate', 'duplicate', 'copies'], ['reorder', 'reorder', ''],
  ['hold', 'hold', ''], ['throttle', 'throttle', 'a second'], ['slow_disk_ms', 'slow disk', 'ms']]

const kinds = /** @type {Record<string, [string, any]>} */ ({
  all: ['all messages', {}], votes: ['RequestVote', {type: 'request_vote'}], appends: ['AppendEntries', {type: 'append_entries'}],
  entries: ['entries', {entries: true}], heartbeats: ['heartbeats', {entries: false}], requests: ['requests', {kind: 'request'}], responses: ['responses', {kind: 'response'}],
})

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, present: import('../model/cluster.js').Cluster}} props */
export function Faults({app, state, present}) {
  const counted = (state.meta && state.meta.faults) || []
  return html`<section aria-label="Faults"><h2>Faults</h2>
    ${present.rules.length > 0 && html`<ul class="rules">${present.rules.map((r) => {
      const c = counted.find((/** @type {any} */ f) => f.name === r.name)
      return html`<li key=${r.name}><strong>${plain(r.name, 30)}</strong> <span class="muted">${ruleWords(r)}${c ? ` · acted on ${c.acted}` + (c.held ? `, holds ${c.held}` : '') : ''}</span>
        <${Act} app=${app} action=${deleteFault(r.name)} label=${r.hold ? 'Release' : 'Delete'} /></li>`
    })}</ul>`}
    <${FaultForm} app=${app} present=${present} />
    ${present.rules.length > 1 && html`<div class="row"><${Act} app=${app} action=${deleteFaults()} label="Delete all" /></div>`}
  </section>`
}

/** @param {import('../model/types.js').Rule} r */
function ruleWords(r) {
  const {name: _, match, ...rest} = r
  const m = match ? Object.entries(match).map(([k, v]) => `${k}=${Array.isArray(v) ? v.join(',') : v}`) : []
  return plain([...m, ...Object.entries(rest).map(([k, v]) => (v === true ? k : `${k} ${Array.isArray(v) ? v.join('–') : v}`))].join(' '), 120)
}

/** @param {string} text @returns {number[]} */
function ids(text) { return text.split(/[\s,]+/).filter(Boolean).map(Number) }

/** @param {{app: import('./app.js').Page, present: import('../model/cluster.js').Cluster}} props */
function FaultForm({app, present}) {
  const [f, setF] = useState({effect: 'drop', amount: '100', from: '', to: '', kind: 'all', percent: '100', count: ''})
  const set = (/** @type {string} */ key) => (/** @type {any} */ e) => setF((old) => ({...old, [key]: e.target.value}))
  const [, words, unit] = effects.find(([key]) => key === f.effect) || effects[0]
  const disk = f.effect === 'slow_disk_ms'
  const action = setFault(freeName(present, words.replace(' ', '-')), faultBody(f, disk))
  return html`<div class="fields">
      <label class="field"><span>Effect</span><select value=${f.effect} onChange=${set('effect')}>${effects.map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}</select></label>
      ${unit ? html`<label class="field"><span>How much (${unit})</span><input type="number" min="0" value=${f.amount} onInput=${set('amount')} /></label>` : html`<span></span>`}
      ${!disk && html`<label class="field"><span>Which</span><select value=${f.kind} onChange=${set('kind')}>${Object.entries(kinds).map(([key, [text]]) => html`<option key=${key} value=${key}>${text}</option>`)}</select></label>`}
      <label class="field"><span>Percent</span><input type="number" min="1" max="100" value=${f.percent} onInput=${set('percent')} /></label>
      <label class="field"><span>${disk ? 'Nodes' : 'From'}</span><input placeholder="any" value=${f.from} onInput=${set('from')} /></label>
      ${!disk && html`<label class="field"><span>To</span><input placeholder="any" value=${f.to} onInput=${set('to')} /></label>`}
      <label class="field"><span>How often</span><input type="number" min="1" placeholder="always" value=${f.count} onInput=${set('count')} /></label>
    </div>
    <div class="row"><${Act} app=${app} action=${action} label="Set the fault" danger=${true} /></div>`
}

/**
 * @param {{effect: string, amount: string, from: string, to: string, kind: string, percent: string, count: string}} f
 * @param {boolean} disk
 */
function faultBody(f, disk) {
  const match = /** @type {any} */ (disk ? {} : {...kinds[f.kind][1]})
  if (f.from.trim()) match[disk ? 'node' : 'from'] = ids(f.from)
  if (f.to.trim() && !disk) match.to = ids(f.to)
  const amount = Number(f.amount)
  const value = f.effect.endsWith('_ms') ? [amount, amount] : f.effect === 'duplicate' || f.effect === 'throttle' ? amount : true
  const body = /** @type {any} */ (Object.keys(match).length ? {match} : {})
  body[f.effect] = value
  if (Number(f.percent) < 100) body.probability = Number(f.percent) / 100
  if (f.count.trim()) body.count = Number(f.count)
  return body
}

/**
 * A name that no fault has.
 * @param {import('../model/cluster.js').Cluster} present
 * @param {string} word
 */
function freeName(present, word) {
  for (let i = 1; ; i++) {
    const name = i === 1 ? word : `${word}-${i}`
    if (!present.rules.some((r) => r.name === name)) return name
  }
}
