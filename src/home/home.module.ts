import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { HttpModule } from '../platform/http/http.module.js';
import { HomeController } from './home.controller.js';
import { HomeService } from './home.service.js';

@ApiSection('home', 'Indexes with links to everything that this server offers.', { rank: 3 })
@Module({ imports: [HttpModule], controllers: [HomeController], providers: [HomeService] })
export class HomeModule {}
