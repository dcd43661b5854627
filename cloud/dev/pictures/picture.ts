import type { Browser, Page } from 'playwright-core';

/** What a picture shows; its file is called so. */
export type PictureName = 'report' | 'reference' | 'console';

/** Of the file; the README is loaded often. */
export const PICTURE_BYTES_MAX = 60_000;
/** Pixels of the file: two stand beside each other on a page of GitHub. */
export const PICTURE_WIDTH = 960;
export const PICTURE_HEIGHT = 640;

/** CSS pixels of the window that is taken. */
const WINDOW = { width: 1_200, height: 800 };
const QUALITY = 0.7;

/** A tab of the size of a picture, in the light. */
export async function openForPicture(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    viewport: WINDOW,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  return context.newPage();
}

/** What the window shows, as WebP. The browser makes it smaller itself. */
export async function takePicture(browser: Browser, page: Page): Promise<Buffer> {
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const drawing = await browser.newPage();
  try {
    const url = await drawing.evaluate<string>(drawn(shot.toString('base64')));
    return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
  } finally {
    await drawing.close();
  }
}

function drawn(png: string): string {
  return `(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: ${PICTURE_WIDTH}, height: ${PICTURE_HEIGHT} });
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`;
}
