const app = document.getElementById('app');
if (app) {
  app.textContent = 'The cluster is running. GET /v1/cluster shows its state.';
}
