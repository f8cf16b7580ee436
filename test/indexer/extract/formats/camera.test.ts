/** What a camera is called, of a photo and of a film alike. */
import { expect, it } from 'vitest';
import { cameraOf } from '../../../../indexer/extract/formats/camera.js';

it.each([
  [['Acme'], ['Acme X100'], ['Acme X100']],
  [['NIKON CORPORATION'], ['NIKON D7000'], ['NIKON D7000']],
  [['Google'], ['Pixel 6'], ['Google Pixel 6']],
  [['Acme'], [], ['Acme']],
  [[], ['X100'], ['X100']],
  [[], [], []],
])('%j and %j are %j', (make, model, name) => {
  expect(cameraOf(make, model)).toEqual(name);
});
