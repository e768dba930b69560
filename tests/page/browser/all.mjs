// All tests of the page in one browser.
import './live.test.mjs'
import './time.test.mjs'
import './looks.test.mjs'
