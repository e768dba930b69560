// Two runs side by side: the moment that the page shows, and a fork at a moment of its own.
import {html, useEffect, useState} from './html.js'
import {grouped, plain, seconds} from './format.js'
import {compareNodes, seqAt} from '../model/differ.js'
import {historyOf} from '../source/fork.js'
import {fork as shown} from '../source/base.js'

/**
 * @typedef {object} Props
 * @property {import('./app.js').Page} app
 * @property {import('../store.js').State} state
 * @property {import('../source/fork.js').Fork} fork
 * @property {() => void} back
 */

/** @param {Props} props */
export function Compare({app, state, fork, back}) {
  const [history, setHistory] = useState(/** @type {import('../model/history.js').History|null} */ (null))
  const [, redraw] = useState(0)
  const [error, setError] = useState('')
  const [chosen, choose] = useState(/** @type {number|null} */ (null)) // null: the same time
  useEffect(() => {
    const abort = new AbortController()
    let known = /** @type {import('../model/history.js').History|null} */ (null)
    let timer = 0
    const load = async () => {
      try {
        known = await historyOf(fork.id, known, abort.signal)
        setHistory(known)
        redraw((n) => n + 1)
      } catch (err) {
        if (!abort.signal.aborted) setError(err instanceof Error ? err.message : String(err))
      }
      if (!abort.signal.aborted) timer = window.setTimeout(load, 1000)
    }
    void load()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [fork.id])
  const view = app.store.view()
  const head = html`<p class="row"><button onClick=${back}>All forks</button></p>${error && html`<p class="error" role="alert">${error}</p>`}`
  if (!view || !history || !history.last) return html`${head}<p class="muted">The events of the fork are loading.</p>`
  const same = sameTime(state, view, fork, history)
  const seq = Math.min(chosen ?? same, history.last)
  const other = history.at(seq)
  const move = (/** @type {any} */ e) => choose(Number(e.target.value))
  return html`${head}
    <label class="field"><span>Moment of the fork</span><input type="range" min=${Math.max(history.first, 1)} max=${history.last} value=${seq} onInput=${move} /></label>
    <p class="row"><button disabled=${chosen === null} onClick=${() => choose(null)}>The same time</button>
      <button onClick=${() => choose(history.last)}>The fork's newest</button></p>
    <table class="compare"><thead><tr><th></th>
      <th scope="col">${shown ? `Fork ${shown}` : 'This cluster'}<br /><span class="muted">event ${grouped(state.seq)}, ${seconds(view.cluster.time)}</span></th>
      <th scope="col">Fork ${fork.id}<br /><span class="muted">event ${grouped(seq)}, ${seconds(other.time)} after its beginning</span></th></tr></thead>
      ${Array.from({length: Math.max(view.cluster.nodes.length, other.nodes.length)}, (_, id) => html`<${Rows} key=${id} id=${id} left=${view.cluster.nodes[id]} right=${other.nodes[id]} />`)}</table>`
}

/**
 * The fork's moment that is as long after its beginning as the one that the page shows.
 * @param {import('../store.js').State} state
 * @param {import('../store.js').View} view
 * @param {import('../source/fork.js').Fork} fork
 * @param {import('../model/history.js').History} history of the fork
 */
function sameTime(state, view, fork, history) {
  const passed = state.run === fork.from.run_id ? Math.max(view.cluster.time - fork.from.time_ms * 1e6, 0) : view.cluster.time
  return Math.max(seqAt(history, passed), ready(history))
}

/**
 * The fork's first moment at which each node has its state.
 * @param {import('../model/history.js').History} history
 */
function ready(history) {
  let seq = Math.max(history.first, 1)
  while (history.record(seq + 1)?.event === 'Init') seq++
  return seq
}

/** @param {{id: number, left?: import('../model/types.js').Node, right?: import('../model/types.js').Node}} props */
function Rows({id, left, right}) {
  if (!left || !right) return html`<tbody><tr class="differs"><th scope="rowgroup">node ${id}</th><td>${left ? 'there' : 'none'}</td><td>${right ? 'there' : 'none'}</td></tr></tbody>`
  const rows = compareNodes(left, right)
  return html`<tbody><tr class="node"><th scope="rowgroup" colspan="3">node ${id}${rows.some((r) => r.differs) ? '' : html` <span class="muted">the same</span>`}</th></tr>
    ${rows.map((r) => html`<tr key=${r.name} class=${r.differs ? 'differs' : ''}><th scope="row">${r.name}</th><td>${plain(r.left, 80)}</td><td>${plain(r.right, 80)}${r.differs && html`<span class="changed-sign">differs</span>`}</td></tr>`)}</tbody>`
}
