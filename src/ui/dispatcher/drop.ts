/** A file that is dropped anywhere on the console is one of orders: it opens the import. */
import { day, isLost } from './state/day';
import { isPast } from './state/days';
import { go } from './state/place';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

function onDragOver(event: DragEvent): void {
  if (hasFiles(event)) event.preventDefault();
}

function onDrop(event: DragEvent): void {
  if (!hasFiles(event)) return;
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file === undefined || day.value === undefined || isPast.value || isLost.value) return;
  go('import');
  void import('./import/state').then(({ choose }) => choose(file.name, file));
}

export function watchDrops(): () => void {
  document.addEventListener('dragover', onDragOver);
  document.addEventListener('drop', onDrop);
  return () => {
    document.removeEventListener('dragover', onDragOver);
    document.removeEventListener('drop', onDrop);
  };
}
