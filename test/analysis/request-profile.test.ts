import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costsByRoute, type RequestProfile, routeOfUrl } from '../../dist/analysis/request-profile.js';

function request(id: number, held: number, others = 0, route = '/a'): RequestProfile {
  const cost = { duration: held, cpuTime: held, allocated: held, held };
  return { id, at: id, method: 'GET', route, status: 200, others, ...cost };
}

void test('a route costs the median of its requests that ran alone, and keeps the lower quartile', () => {
  const requests = [request(1, 900), request(2, 14), request(3, 12), request(4, 5000, 1), request(5, 99, 0, '/b')];
  assert.deepEqual(costsByRoute(requests), [
    { route: 'GET /b', count: 1, duration: 99, cpuTime: 99, allocated: 99, held: 99, heldSeries: [99] },
    { route: 'GET /a', count: 3, duration: 14, cpuTime: 14, allocated: 14, held: 12, heldSeries: [900, 14, 12] },
  ]);
});

for (const [url, route] of [
  ['/items/12?page=3', '/items/:id'],
  ['/', '/'],
  ['/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301/files', '/users/:id/files'],
  ['/blobs/deadbeef01', '/blobs/:id'],
  ['/added/face', '/added/face'],
] as const)
  void test(`${url} is of the route ${route}`, () => {
    assert.equal(routeOfUrl(url), route);
  });
