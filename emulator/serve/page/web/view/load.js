// What to load: a fixture or scenario of the program, a file, or a text.
import {html, useEffect, useState} from './html.js'
import {Curl} from './curlbar.js'
import {count} from './format.js'
import {loadNamed, loadText, read, readText} from '../source/api.js'

/** @typedef {{name: string, description: string, paper: string, nodes: number, folder: string, scenario: boolean}} Listed */

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, close: () => void}} props */
export function Load({app, state, close}) {
  const [all, setAll] = useState(/** @type {Listed[]|null} */ (null))
  const [find, setFind] = useState('')
  const [text, setText] = useState('')
  const [error, setError] = useState('')
  useEffect(() => {
    read('/v1/fixtures').then((a) => setAll(a.fixtures), (err) => setError(err.message))
  }, [])
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (all || []).filter((f) => words.every((w) => `${f.name} ${f.description} ${f.paper} ${f.folder}`.toLowerCase().includes(w)))
  const act = async (/** @type {import('../source/api.js').Action} */ action) => {
    if (await app.deeds.act(action)) close()
    else setError(app.store.state.failed ? app.store.state.failed.error : '')
  }
  return html`<p class="muted">This replaces the cluster. Its ports stay the same. The steps of a scenario are not played.</p>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <label class="field"><span>Find</span><input type="search" value=${find} autofocus onInput=${(/** @type {any} */ e) => setFind(e.target.value)} /></label>
    <p class="hidden" role="status">${all ? count(fits.length, 'fixture') : ''}</p>
    ${all && !fits.length && html`<p class="muted">No fixture has these words.</p>`}
    ${!all && !error && html`<p class="muted">The list is loading.</p>`}
    <ul class="fixtures">${fits.slice(0, 300).map((f) => html`<li key=${f.name}>
      <button onClick=${() => act(loadNamed(f.name))} onFocus=${() => app.deeds.point(loadNamed(f.name))} onMouseEnter=${() => app.deeds.point(loadNamed(f.name))}>
        <strong>${f.name}</strong> <span class="muted">${f.folder || 'fixtures'} · ${f.nodes} nodes${f.paper ? ` · ${f.paper}` : ''}</span><br />${f.description}</button></li>`)}</ul>
    <${Text} text=${text} setText=${setText} load=${() => act(loadText(text))} setError=${setError} />
    <${Curl} action=${state.pointed && state.pointed.path.startsWith('/v1/fixture') ? state.pointed : null} />`
}

/** @param {{text: string, setText: (text: string) => void, load: () => void, setError: (text: string) => void}} props */
function Text({text, setText, load, setError}) {
  const file = async (/** @type {any} */ e) => {
    const chosen = e.target.files && e.target.files[0]
    if (chosen) setText(await chosen.text())
  }
  const present = () => readText('/v1/fixture').then(setText, (err) => setError(err.message))
  return html`<details class="own"><summary>A text of your own</summary>
    <label class="field"><span>TOML</span><textarea rows="8" spellcheck=${false} value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)}></textarea></label>
    <div class="row"><input type="file" accept=".toml" aria-label="A file" onChange=${file} /> <button onClick=${present}>The state of now</button>
      <button class="strong" disabled=${!text.trim()} onClick=${load}>Load</button></div></details>`
}
