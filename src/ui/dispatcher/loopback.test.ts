import { expect, it } from 'vitest';
import { isLoopback } from './loopback';

it('knows links that no phone can follow', () => {
  for (const host of ['127.0.0.1:8080', 'localhost:8080', '127.1.2.3', '[::1]:8080', 'day.localhost']) expect(isLoopback(`http://${host}/join#1`), host).toBe(true);
  for (const host of ['192.168.1.5:8080', 'day.example', '[2001:db8::1]', '128.0.0.1', 'localhost.example']) expect(isLoopback(`http://${host}/join#1`), host).toBe(false);
  expect(isLoopback('no address')).toBe(false);
});
