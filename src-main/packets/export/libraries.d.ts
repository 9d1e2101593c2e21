/** The drawing library as one file: it is there in a tenth of the second that its modules take one by one. */
declare module 'echarts/dist/echarts.esm.min' {
  export { init, type EChartsCoreOption } from 'echarts/core';
}

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
  interface PdfPrinter {
    createPdfKitDocument(definition: object, options?: { tableLayouts?: object }): Promise<PdfStream>;
  }
  interface PdfPrinterClass {
    new (
      fonts: Record<string, Record<'normal' | 'bold' | 'italics' | 'bolditalics', string>>,
      files: FileSystem,
      urls: UrlResolver,
      mayRead: (path: string) => boolean,
    ): PdfPrinter;
  }
  /** CommonJS made from a module: Node gives what it exports, whose member `default` is the class; some loaders give the class. */
  const printer: PdfPrinterClass | { readonly default: PdfPrinterClass };
  export default printer;
}

declare module 'pdfmake/build/fonts/Roboto.js' {
  const container: { readonly vfs: Readonly<Record<string, { readonly data: string; readonly encoding: 'base64' }>> };
  export default container;
}
