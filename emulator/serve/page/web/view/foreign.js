// A recorded run of programs that others wrote. Of these only requests, faults, what each node
// said of itself, and what it printed are known.
import {html, useRef} from './html.js'
import {Runs} from './runs.js'
import {ForeignTime} from './foreign_time.js'
import {count, duration, operation, plain, seconds} from './format.js'
import {saveSVG} from './save.js'

/**
 * A node said this of itself, from one time to another.
 * @typedef {{node: number, role: string, term: number, from: number, to: number}} RoleSpan
 */
/**
 * What such a run has. Times are in nanoseconds from its start.
 * @typedef {object} ForeignRun
 * @property {string[]} story
 * @property {string[]} output
 * @property {string} links
 * @property {any[]} calls
 * @property {{at: number, words: string}[]} faults
 * @property {RoleSpan[]} roles
 */

/** @param {{state: import('../store.js').State}} props */
export function Foreign({state}) {
  const run = /** @type {ForeignRun} */ (state.foreign)
  const place = Number(state.run)
  const verdict = state.verdicts.find((v) => v.run === place)
  const kind = verdict?.foreign?.kind || state.runs[place]?.verdict
  return html`<div class="foreign">
    <aside aria-label="Runs"><h2 class="hidden">Runs</h2><${Runs} state=${state} /></aside>
    <article>
      <h2>${plain(state.runs[place]?.name, 120)}: <span class=${'foreign-verdict' + (kind === 'undecided' ? ' open' : '')}>${plain(kind, 30)}</span></h2>
      ${verdict?.description && html`<p>${plain(verdict.description, 600)}</p>`}
      ${verdict?.text && html`<p class=${'foreign-wrong' + (kind === 'undecided' ? ' open' : '')}>${plain(verdict.text, 1000)}</p>`}
      ${run.story.length > 0 && html`<${Part} title="What happened"><${Lines} lines=${run.story} /><//>`}
      <${Time} run=${run} />
      ${run.calls.length > 0 && html`<${Part} title=${'Requests of clients: ' + run.calls.length}><${Calls} calls=${run.calls} /><//>`}
      <${Part} title="The end of what the nodes printed">
        ${run.output.length > 0 ? html`<${Lines} lines=${run.output} />` : html`<p class="muted">The nodes printed nothing.</p>`}<//>
      ${verdict?.command && html`<${Part} title="To repeat it"><p><code>${plain(verdict.command, 600)}</code></p><//>`}
    </article>
  </div>`
}

/** @param {{title: string, children: any}} props */
function Part({title, children}) { return html`<section><h3>${title}</h3>${children}</section>` }

/** @param {{lines: string[]}} props */
function Lines({lines}) {
  return html`<ol class="foreign-lines" tabindex="0" aria-label="Lines">${lines.map((line, i) => {
    const word = /^\s*(wrong|expected|got|why|also wrong|to read):/.exec(line)
    return html`<li key=${i} class=${word ? 'said' : ''}>${plain(line, 1200)}</li>`
  })}</ol>`
}

/** @param {{run: ForeignRun}} props */
function Time({run}) {
  const place = useRef(/** @type {HTMLElement|null} */ (null))
  if (run.roles.length === 0 && run.calls.length === 0) return null
  return html`<section class="foreign-time"><div class="picture-head"><h3>Over time</h3>
      <button class="save" title="Save “Over time” as SVG" aria-label="Save “Over time” as SVG" onClick=${() => place.current && saveSVG(place.current, 'run')}>SVG</button></div>
    <div class="foreign-scroll" ref=${place} tabindex="0" role="group" aria-label="Roles, requests and faults over time"><${ForeignTime} run=${run} /></div>
    ${run.faults.length > 0 && html`<ol class="foreign-faults" aria-label="Faults">${run.faults.map((f, i) => html`<li key=${i}>${seconds(f.at, 2)} ${plain(f.words, 200)}</li>`)}</ol>`}
  </section>`
}

const shown = 500

/** @param {{calls: any[]}} props */
function Calls({calls}) {
  const last = calls.slice(-shown)
  return html`${calls.length > shown && html`<p class="muted">The first ${count(calls.length - shown, 'request')} are in the picture only.</p>`}
    <div class="foreign-scroll" tabindex="0" role="group" aria-label="Requests"><table class="foreign-calls">
    <thead><tr><th scope="col">At</th><th scope="col">Client</th><th scope="col">Node</th><th scope="col">Asked</th><th scope="col">Answer</th><th scope="col">After</th></tr></thead>
    <tbody>${last.map((c, i) => html`<tr key=${i}><td>${seconds(c.call, 2)}</td><td>${c.client}</td><td>${c.node}</td>
      <td>${operation(c, 80)}</td><td>${answer(c)}</td><td>${c.outcome === 'unknown' ? '' : duration(c.return - c.call)}</td></tr>`)}</tbody></table></div>`
}

/**
 * A request's answer in words.
 * @param {any} c
 */
export function answer(c) {
  if (c.outcome === 'unknown') return 'none: nobody can know whether it was done'
  if (c.outcome !== 'done') return 'refused: it was not done'
  if (!c.ok) return 'no: there is none'
  const gives = c.popped ?? c.topics
  return gives === undefined ? 'done' : Array.isArray(gives) ? plain(gives.join(', '), 120) : plain(gives, 80)
}
