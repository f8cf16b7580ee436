/** What is used of seek-bzip, which has no types of its own. */
declare module 'seek-bzip' {
  interface Source {
    readByte(): number;
    read(buffer: Buffer, offset: number, length: number): number;
  }

  interface Sink {
    writeByte(byte: number): void;
  }

  const Bunzip: { decode(this: void, input: Source, output: Sink): void };
  export default Bunzip;
}
