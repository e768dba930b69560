// The forks: go another way, open one, compare one with what is shown, end one.
import {html, useEffect, useState} from './html.js'
import {Act} from './act.js'
import {Compare} from './compare.js'
import {grouped} from './format.js'
import {base, fork} from '../source/base.js'
import {endFork, forkFrom, pageOf, readForks} from '../source/fork.js'

/**
 * Whether the server can fork the cluster of this page.
 * @param {import('../store.js').State} state
 */
export function canFork(state) { return state.kind === 'live' && state.routes.has('POST /v1/forks') }

/**
 * Goes another way from the moment that is shown, and shows the forks.
 * @param {import('./app.js').Page} app
 */
export async function forkHere(app) {
  const {state} = app.store
  if (!canFork(state)) return
  app.player.stop()
  const made = await app.deeds.act(forkFrom(state.seq, state.run))
  app.store.set({dialog: 'forks'})
  if (made) app.store.note(`Fork ${made.id} begins after event ${grouped(made.from.seq)}.`)
}

/** @param {{app: import('./app.js').Page, state: import('../store.js').State}} props */
export function Forks({app, state}) {
  const [list, setList] = useState(/** @type {import('../source/fork.js').Fork[]|null} */ (null))
  const [error, setError] = useState('')
  const [chosen, choose] = useState(/** @type {import('../source/fork.js').Fork|null} */ (null))
  const load = () => readForks().then((a) => setList(a.forks), (err) => setError(err.message))
  useEffect(() => {
    void load()
    const timer = setInterval(load, 1000)
    return () => clearInterval(timer)
  }, [])
  const end = async (/** @type {import('../source/api.js').Action} */ action) => {
    await app.deeds.act(action)
    await load()
  }
  if (chosen) return html`<${Compare} app=${app} state=${state} fork=${chosen} back=${() => choose(null)} />`
  return html`<p class="muted">A fork is a second cluster in virtual time. It begins as this one was at a moment, and goes another way; this one goes on.</p>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    ${state.failed && html`<p class="error" role="alert">${state.failed.error}</p>`}
    ${canFork(state) && html`<p class="row"><${Act} app=${app} action=${forkFrom(state.seq, state.run)} run=${end} label=${`Fork from event ${grouped(state.seq)}`} strong=${true} /></p>`}
    ${fork > 0 && html`<p><a href="/">The hosted cluster</a></p>`}
    ${list && !list.length && html`<p class="muted">There are no forks.</p>`}
    <ul class="forks">${(list || []).map((f) => html`<li key=${f.id}>
      <strong>Fork ${f.id}</strong> <span class="muted">from event ${grouped(f.from.seq)}, now at its event ${grouped(f.seq)}</span>
      <span class="row">${f.id === fork ? html`<span class="muted">shown here</span>` : html`<a class="button" href=${pageOf(f.id)}>Open</a>
        <button onClick=${() => choose(f)}>Compare</button>`}
        ${!base && html`<${Act} app=${app} action=${endFork(f.id)} run=${end} label="End" />`}</span></li>`)}</ul>`
}
