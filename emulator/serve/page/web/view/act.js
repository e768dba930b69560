// A button that does something to the cluster. Pointing at it shows the command line that
// does the same.
import {html} from './html.js'

/**
 * @param {{app: import('./app.js').Page, action: import('../source/api.js').Action, label: string, title?: string,
 *   strong?: boolean, danger?: boolean, disabled?: boolean, run?: (action: import('../source/api.js').Action) => any}} props
 */
export function Act({app, action, label, title, strong, danger, disabled, run}) {
  const point = () => app.deeds.point(action)
  return html`<button class=${'act' + (strong ? ' strong' : '') + (danger ? ' danger' : '')} disabled=${disabled || !app.deeds.allowed}
    title=${title || capital(action.words)} onFocus=${point} onMouseEnter=${point}
    onClick=${() => (run ? run(action) : app.deeds.act(action))}>${label}</button>`
}

/** @param {string} text */
export function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1) }
