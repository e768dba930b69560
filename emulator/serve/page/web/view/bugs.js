// Plants a bug in a node's program, or removes it.
import {html, useEffect, useState} from './html.js'
import {Act} from './act.js'
import {plant, read} from '../source/api.js'

/** @typedef {{name: string, rule: string, paper: string, does: string, wrong: string}} Bug */

/** @type {Promise<Bug[]>|null} */
let asked = null

/** The bugs that can be planted, asked for once. */
function bugs() {
  if (!asked) {
    asked = read('/v1/bugs').then((a) => a.bugs)
    asked.catch(() => { asked = null })
  }
  return asked
}

/** @param {{app: import('./app.js').Page, node: number, planted: string}} props */
export function BugChoice({app, node, planted}) {
  const [all, setAll] = useState(/** @type {Bug[]} */ ([]))
  const [chosen, setChosen] = useState('')
  useEffect(() => { bugs().then(setAll, () => {}) }, [])
  const bug = all.find((b) => b.name === chosen)
  return html`<div class="row"><label class="inline grow"><span>Bug</span>
      <select value=${chosen} onChange=${(/** @type {any} */ e) => setChosen(e.target.value)}>
        <option value="">${planted ? 'none: remove ' + planted : 'choose one'}</option>
        ${all.map((b) => html`<option key=${b.name} value=${b.name}>${b.name}</option>`)}</select></label>
    <${Act} app=${app} action=${plant(node, chosen)} label=${chosen ? 'Plant' : 'Remove'} disabled=${!chosen && !planted} /></div>
    ${bug && html`<p class="muted">${bug.does} ${bug.wrong} (${bug.paper})</p>`}`
}
