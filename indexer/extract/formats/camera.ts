/** The name of a camera: its model, and its maker where the model does not begin with that. Pure. */

/** 'Acme', 'Acme X100' → 'Acme X100'; 'ACME CORPORATION', 'ACME X100' → 'ACME X100'; no maker, no model → none. */
export function cameraOf([make = '']: readonly string[], [model = '']: readonly string[]): string[] {
  const [maker = ''] = make.toLowerCase().split(' ');
  const name = model.toLowerCase().startsWith(maker) ? model || make : `${make} ${model}`.trim();
  return name === '' ? [] : [name];
}
