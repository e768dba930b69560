// How wide the window is. The page has three layouts.

/** @param {import('./store.js').Store} store */
export function keepWidth(store) {
  const wide = matchMedia('(min-width: 1200px)')
  const narrow = matchMedia('(max-width: 719px)')
  const set = () => store.set({width: wide.matches ? 'wide' : narrow.matches ? 'narrow' : 'medium'})
  wide.addEventListener('change', set)
  narrow.addEventListener('change', set)
  set()
}

/** Whether the reader wants no motion. */
export function still() { return matchMedia('(prefers-reduced-motion: reduce)').matches }
