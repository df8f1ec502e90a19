return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XA.Xa.Country, args);
