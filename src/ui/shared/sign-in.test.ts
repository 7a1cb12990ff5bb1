import { expect, it } from 'vitest';
import { codeIn } from './sign-in';

it('finds the code in what was typed and in a whole link', () => {
  expect(codeIn(' 7H3K-9QPM ')).toBe('7H3K-9QPM');
  expect(codeIn('http://192.168.1.5:8080/join#7H3K-9QPM\n')).toBe('7H3K-9QPM');
  expect(codeIn('')).toBe('');
});
