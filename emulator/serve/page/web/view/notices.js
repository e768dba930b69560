// What the reader should know now: the server is gone, records were skipped, an invariant
// is violated.
import {html, useEffect, useState} from './html.js'
import {violations} from '../play.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State}} props */
export function Notices({app, state}) {
  const broken = violations(state)
  return html`<div class="notices" role="status">
    ${state.link.state === 'lost' && html`<p class="notice bad"><${Lost} state=${state} /></p>`}
    ${broken.length > 0 && html`<p class="notice bad"><strong>${broken[0].title} is violated.</strong> <span>${broken[0].text}</span>
      <button class="small" onClick=${() => app.player.violation()}>Show event ${broken[0].seq}</button></p>`}
    ${state.notes.map((text, i) => html`<p class="notice" key=${i + text}><span>${text}</span>
      <button class="small" aria-label="Close" onClick=${() => app.store.set({notes: state.notes.filter((_, at) => at !== i)})}>Close</button></p>`)}
  </div>`
}

/** @param {{state: import('../store.js').State}} props */
function Lost({state}) {
  const left = Math.max(0, Math.ceil((state.link.retryAt - Date.now()) / 1000))
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return html`<strong>${state.link.text}</strong> <span aria-hidden="true">The page tries again ${left ? `in ${left} s` : 'now'}.
    What was received stays here to look at.</span> <button class="small" onClick=${() => state.retry()}>Try now</button>`
}
