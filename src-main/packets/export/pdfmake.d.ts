/**
 * What this room uses of pdfmake 0.3. Its published types bring the names of the browser into scope, which this tree must
 * not have.
 */
declare module 'pdfmake/js/Printer.js' {
  interface PdfStream {
    on(event: 'data', listener: (chunk: Uint8Array) => void): this;
    on(event: 'end', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    end(): void;
  }
  interface FileSystem {
    existsSync(name: string): boolean;
    readFileSync(name: string): Uint8Array;
  }
  interface UrlResolver {
    resolve(url: unknown, headers: unknown): void;
    resolved(): Promise<void>;
  }
  class PdfPrinter {
    constructor(
      fonts: Record<string, Record<'normal' | 'bold' | 'italics' | 'bolditalics', string>>,
      files: FileSystem,
      urls: UrlResolver,
      mayRead: (path: string) => boolean,
    );
    createPdfKitDocument(definition: object, options?: { tableLayouts?: object }): Promise<PdfStream>;
  }
  /** CommonJS: the class is the member `default` of what the module exports. */
  const printer: { readonly default: typeof PdfPrinter };
  export default printer;
}

declare module 'pdfmake/build/fonts/Roboto.js' {
  const container: { readonly vfs: Readonly<Record<string, { readonly data: string; readonly encoding: 'base64' }>> };
  export default container;
}
