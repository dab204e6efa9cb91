export { type DemoShop, startDemoShop } from './demo-shop';
export { type Surroundings } from './surroundings';
