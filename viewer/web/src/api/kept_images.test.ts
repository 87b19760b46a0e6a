import { describe, expect, it } from 'vitest';

import { KeptImages } from './kept_images';

function setUp() {
  const loaded = new Map<string, { complete: boolean; naturalWidth: number }>();
  const load = (url: string) => {
    const image = { complete: false, naturalWidth: 0 };
    loaded.set(url, image);
    return image;
  };
  return { images: new KeptImages(load), loaded };
}

describe('KeptImages', () => {
  it('has an image once it has come, and never one that is broken', () => {
    const { images, loaded } = setUp();
    expect(images.isHere('a')).toBe(false);
    images.keep('a');
    images.keep('broken');
    expect(images.isHere('a')).toBe(false);
    Object.assign(loaded.get('a') ?? {}, { complete: true, naturalWidth: 640 });
    Object.assign(loaded.get('broken') ?? {}, { complete: true });
    expect(images.isHere('a')).toBe(true);
    expect(images.isHere('broken')).toBe(false);
  });

  it('asks for each once, and lets go of what was not wanted for longest', () => {
    const { images, loaded } = setUp();
    images.keep('first');
    Object.assign(loaded.get('first') ?? {}, { complete: true, naturalWidth: 1 });
    images.keep('first');
    for (let i = 0; i < 95; i += 1) {
      images.keep(`${i}`);
    }
    expect(images.isHere('first')).toBe(true);
    expect(loaded.size).toBe(96);
    images.keep('one more');
    expect(images.isHere('first')).toBe(false);
  });
});
