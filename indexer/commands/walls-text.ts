/** What `find-textd status` says of the walls around the extractors. Pure. */
import type { Walls } from '../system/confine.js';

export function wallsText({ seccomp, landlock }: Walls): string {
  const files = landlock > 0 ? `Landlock ${landlock}` : '';
  if (seccomp)
    return `extractors open no file, reach no network and start no program (seccomp${files && `, ${files}`})`;
  return files
    ? `extractors open no file (${files}); network and programs are open to them: seccomp is not there`
    : 'extractors have limits on time and memory only: this kernel has neither seccomp nor Landlock';
}
