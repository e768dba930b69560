// The line at the top: what runs, how it stands at the moment that is shown, the
// connection, and the cluster's clock.
import {html} from './html.js'
import {Clock} from './clock.js'
import {Term} from './chips.js'
import {grouped, plain} from './format.js'
import {nextTheme} from '../theme.js'
import {canFork} from './forks.js'
import {fork} from '../source/base.js'
import {firstOf} from '../store.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View|null}} props */
export function Header({app, state, view}) {
  const live = state.kind === 'live'
  return html`<header>
    <h1><img src=${iconURL()} alt="" width="20" height="20" /><span>Raft cluster</span></h1>
    ${live ? html`<button class="quiet fixture" title="Load a fixture or a scenario (f)"
        onClick=${() => app.store.set({dialog: 'load'})}>${plain(state.title || 'no name', 40)} …</button>`
      : html`<${Runs} state=${state} />`}
    ${view && html`<${Facts} view=${view} />`}
    <span class="spacer"></span>
    ${live && (fork > 0 || canFork(state)) && html`<button class=${fork ? 'in-fork' : 'quiet'} title=${fork ? 'This is a fork; see all forks' : 'Go another way from the moment that is shown (Shift f); see all forks'}
      onClick=${() => app.store.set({dialog: 'forks'})}>${fork ? `Fork ${fork}` : 'Forks'}</button>`}
    <${LinkState} state=${state} />
    ${live && html`<${Clock} app=${app} state=${state} />`}
    <button class="quiet" onClick=${() => app.store.set({theme: nextTheme(state.theme)})}
      aria-label=${`Theme: ${themes[state.theme]}`} title=${`Theme: ${themes[state.theme]} (t)`}><${ThemeSign} theme=${state.theme} /></button>
    <button class="quiet" aria-label="Keys" title="Keys (?)" onClick=${() => app.store.set({dialog: 'help'})}>?</button>
  </header>`
}

const themes = {auto: 'as the system has it', light: 'light', dark: 'dark'}

/** @param {{theme: 'auto'|'light'|'dark'}} props */
function ThemeSign({theme}) {
  const inside = {auto: 'M8 3a5 5 0 0 1 0 10z', light: '', dark: 'M8 3a5 5 0 0 1 0 10a5 5 0 0 1 0-10z'}[theme]
  return html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" /><path d=${inside} fill="currentColor" /></svg>`
}

function iconURL() {
  const link = /** @type {HTMLLinkElement|null} */ (document.querySelector('link[rel="icon"]'))
  return link ? link.href : ''
}

/** @param {{state: import('../store.js').State}} props the recorded runs, and which one is shown */
function Runs({state}) {
  const name = (/** @type {import('../source/file.js').Listed} */ r) => plain(r.name, 60) + (r.verdict ? `: ${plain(r.verdict, 20)}` : '')
  return html`<span class="muted file-title">${plain(state.title, 90)}</span>
    ${state.runs.length > 1 && html`<label><span class="hidden">Run</span><select value=${state.run} onChange=${(/** @type {any} */ e) => state.openRun(Number(e.target.value))}>
      ${state.runs.map((r, i) => html`<option key=${i} value=${String(i)}>${name(r)}</option>`)}</select></label>`}`
}

/** @param {{view: import('../store.js').View}} props */
function Facts({view}) {
  const {cluster} = view
  const leader = leaderOf(cluster)
  const up = cluster.nodes.filter((n) => n.up).length
  const committed = Math.max(0, ...cluster.nodes.map((n) => n.commit))
  return html`<dl class="facts">
    <div><dt>Leader</dt><dd>${leader ? html`node ${leader.id} <${Term} term=${leader.term} />` : 'none'}</dd></div>
    <div><dt>Committed</dt><dd>${grouped(committed)}</dd></div>
    <div><dt>Up</dt><dd>${up} of ${cluster.nodes.length}</dd></div>
  </dl>`
}

/**
 * The leader of the highest term, if several lead.
 * @param {import('../model/cluster.js').Cluster} cluster
 */
export function leaderOf(cluster) {
  let best = null
  for (const n of cluster.nodes) if (n.up && n.role === 'Leader' && (!best || n.term > best.term)) best = n
  return best
}

/** @param {{state: import('../store.js').State}} props */
function LinkState({state}) {
  const {link, kind, history} = state
  if (kind === 'file') return html`<span class="link-state file">recorded</span>`
  if (link.state === 'lost') {
    return html`<span class="link-state lost" role="status">not connected <button class="small" onClick=${() => state.retry()}>Try now</button></span>`
  }
  if (link.state === 'connecting') return html`<span class="link-state">connecting</span>`
  const kept = history && history.last ? history.last - firstOf(history) + 1 : 0
  if (link.state === 'loading' && link.behind > 500) {
    return html`<span class="link-state">loading <progress max=${kept + link.behind} value=${kept}></progress></span>`
  }
  if (link.behind > 500) return html`<span class="link-state behind">${grouped(link.behind)} events behind</span>`
  return html`<span class="link-state live">connected</span>`
}
