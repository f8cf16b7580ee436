/** What a database of installed packages answers. Nothing here runs. Names of files are path keys, as packages have them. */

export interface PackageDigest {
  readonly algorithm: 'md5' | 'sha1' | 'sha256';
  readonly hex: string;
}

/** What a database says of one name. */
export interface PackagedName {
  /** `dash`, `libc6:amd64` */
  readonly package: string;
  readonly version: string;
  /** Null: it is no file, or the package has no sum of it. */
  readonly digest: PackageDigest | null;
  /** Of a symlink, where the database knows it: where it leads, or the sum of that. */
  readonly link: string | PackageDigest | null;
}

export interface PackageList {
  readonly name: string;
  /** Other names have another one. */
  readonly stamp: string;
  readonly names: () => Promise<readonly string[]>;
}

/** Everything rejects with a system error, or the reason of the program that was asked. */
export interface PackageDatabase {
  readonly manager: 'dpkg' | 'rpm' | 'pacman' | 'apk';
  isThere(): Promise<boolean>;
  /** Another one: something has changed. Cheap. */
  stamp(): Promise<string>;
  /** @param names  of one file, as packages may have them. */
  lookUp(names: readonly string[]): Promise<PackagedName | undefined>;
  /** Package → version, of all that are there, whole or in part. A name may have its architecture: `dash:amd64`. */
  versions(): Promise<ReadonlyMap<string, string>>;
  /** Whether a program holds its lock: it may not yet say what is on the disk. */
  isChanging(): Promise<boolean>;
  lists(): Promise<readonly PackageList[]>;
}
