import { expect, test, vi } from 'vitest';

import { ShownImages } from './shown_images';

test('what waits for a frame is called once, when points and all pictures show it', () => {
  const images = new ShownImages();
  images.set('left', -1);
  images.set('right', -1);
  const shown = vi.fn();
  images.whenShown(3, shown);
  images.set('left', 3);
  images.setPoints(3);
  expect(shown).not.toHaveBeenCalled();
  images.set('right', 3);
  expect(shown).toHaveBeenCalledOnce();
  images.setPoints(3);
  expect(shown).toHaveBeenCalledOnce();
});

test('a picture that leaves the screen is not waited for', () => {
  const images = new ShownImages();
  images.setPoints(0);
  images.set('enlarged', -1);
  const shown = vi.fn();
  images.whenShown(0, shown);
  images.drop('enlarged');
  expect(shown).toHaveBeenCalledOnce();
});

test('who gave up waiting is not called', () => {
  const images = new ShownImages();
  const shown = vi.fn();
  images.whenShown(2, shown)();
  images.setPoints(2);
  expect(shown).not.toHaveBeenCalled();
});

test('what is on screen already is not waited for', () => {
  const images = new ShownImages();
  images.setPoints(5);
  const shown = vi.fn();
  images.whenShown(5, shown);
  expect(shown).toHaveBeenCalledOnce();
});
